//! Draws the plot: a bar for each implementation's throughput, as SVG.

use super::record::Duel;

const ROW: usize = 22;
const LEFT: usize = 130;
const WIDTH: usize = 460;
/// Names and figures may come from a file, so that they must be escaped.
const ESCAPES: [(char, &str); 3] = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;")];

/// Plots all rows in Gbit/s.
pub(super) fn throughput(duel: &Duel) -> String {
    let rows: Vec<_> = duel.rows.iter().filter(|row| row.metric.ends_with("Gbit/s")).collect();
    let greatest = rows.iter().flat_map(|row| row.medians.iter().flatten()).copied().fold(1.0, f64::max);
    let mut bars = String::new();
    let mut y = 10;
    for row in rows {
        bars += &format!("<text x=\"10\" y=\"{}\" font-weight=\"bold\">{}</text>\n", y + 14, escape(&row.metric));
        y += ROW;
        for (name, median) in duel.names.iter().zip(&row.medians) {
            let Some(median) = median else { continue };
            let long = (median / greatest * WIDTH as f64).round();
            let color = if name == "adit" { "#2a6f97" } else { "#a9b4bd" };
            bars += &format!("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n", LEFT - 8, y + 14, escape(name));
            bars += &format!("<rect x=\"{LEFT}\" y=\"{}\" width=\"{long}\" height=\"{}\" fill=\"{color}\"/>\n", y + 3, ROW - 6);
            bars += &format!("<text x=\"{}\" y=\"{}\">{median:.2}</text>\n", LEFT as f64 + long + 6.0, y + 14);
            y += ROW;
        }
        y += ROW / 2;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{y}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{bars}</svg>\n",
        LEFT + WIDTH + 60
    )
}

fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, char| {
        match ESCAPES.iter().find(|(special, _)| *special == char) {
            Some((_, entity)) => escaped.push_str(entity),
            None => escaped.push(char),
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::record::Row;

    #[test]
    fn a_name_cannot_become_markup() {
        let duel = Duel {
            machine: String::new(),
            rounds: 1,
            reference: "a<b".into(),
            names: vec!["a<b".into()],
            rows: vec![Row { metric: "TCP, Gbit/s".into(), medians: vec![Some(2.0)], ratios: vec![Some(1.0)] }],
        };
        let plot = throughput(&duel);
        assert!(plot.contains(">a&lt;b</text>") && !plot.contains("a<b"), "{plot}");
    }
}
