//! Reads the results of criterion and the duel, and formats them as tables.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// The median of one micro-benchmark.
pub(super) struct Micro {
    pub(super) name: String,
    pub(super) nanoseconds: f64,
    /// Bytes processed by one iteration.
    pub(super) bytes: Option<f64>,
}

/// The results of all implementations.
pub(super) struct Duel {
    pub(super) machine: String,
    pub(super) rounds: u64,
    pub(super) reference: String,
    /// The implementations in the order in which they were given, with the reference first.
    pub(super) names: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// One figure for all implementations.
pub(super) struct Row {
    pub(super) metric: String,
    /// Medians in the order of the names; `None` if it could not be measured.
    pub(super) medians: Vec<Option<f64>>,
    /// Medians of the rounds' ratios to the reference, in the same order.
    pub(super) ratios: Vec<Option<f64>>,
}

/// The figures in the table, with their labels.
const SHOWN: &[(&str, &str)] = &[
    ("tcp1_gbps", "TCP 1 flow, Gbit/s"),
    ("tcp4_gbps", "TCP 4 flows, Gbit/s"),
    ("tcp8_gbps", "TCP 8 flows, Gbit/s"),
    ("tcpbi_gbps", "TCP both ways, Gbit/s"),
    ("tcp1_cpu_s_per_gb", "CPU s/GB, 1 flow"),
    ("tcp4_cpu_s_per_gb", "CPU s/GB, 4 flows"),
    ("udp64_kpps", "UDP 64 B loss-free, kpps"),
    ("udp1400_kpps", "UDP 1400 B loss-free, kpps"),
    ("ping_p50_us", "ping idle p50, µs"),
    ("load_p50_ms", "ping beside 4 flows p50, ms"),
    ("load_p99_ms", "ping beside 4 flows p99, ms"),
    ("handshake_ms", "first ping of a session, ms"),
    ("idle_cpu_ms", "CPU in 30 s idle, ms"),
    ("idle_wakeups", "wake-ups a second, idle"),
    ("idle_rss_mib", "RSS idle, MiB"),
    ("load_rss_mib", "RSS under load, MiB"),
    ("peers_setconf_s", "10,000 peers: setconf, s"),
    ("peers_rss_mib", "10,000 peers: RSS, MiB"),
    ("peers_idle_cpu_ms", "10,000 peers: CPU in 5 s idle, ms"),
];

/// Reads all results below criterion's folder.
pub(super) fn micro(folder: &Path) -> anyhow::Result<Vec<Micro>> {
    let mut found = Vec::new();
    collect(folder, &mut found)?;
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<Micro>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.join("benchmark.json").is_file() && path.ends_with("new") {
            let (about, estimates) = (json(&path.join("benchmark.json"))?, json(&path.join("estimates.json"))?);
            found.push(Micro {
                name: about["full_id"].as_str().context("criterion's benchmark.json names no benchmark")?.replace('/', ": "),
                nanoseconds: estimates["median"]["point_estimate"]
                    .as_f64()
                    .context("criterion's estimates.json has no median")?,
                bytes: about["throughput"]["Bytes"].as_f64(),
            });
        } else if path.is_dir() {
            collect(&path, found)?;
        }
    }
    Ok(())
}

/// Reads the duel's result file.
pub(super) fn duel(file: &Path, reference: &str) -> anyhow::Result<Duel> {
    let all = json(file)?;
    let implementations = all["implementations"].as_array().context("the duel's file names no implementations")?;
    let names: Vec<String> =
        implementations.iter().filter_map(|implementation| implementation["name"].as_str().map(str::to_owned)).collect();
    let rows = SHOWN
        .iter()
        .filter(|(key, _)| all["summary"][key].is_object())
        .map(|(key, metric)| {
            let figures = |kind: &str| names.iter().map(|name| all["summary"][key][name][kind].as_f64()).collect();
            Row { metric: (*metric).to_owned(), medians: figures("median"), ratios: figures("ratio") }
        })
        .collect();
    let machine = &all["machine"];
    let text = |key: &str| machine[key].as_str().unwrap_or("?").to_owned();
    Ok(Duel {
        machine: format!("{} × {}, Linux {}", machine["cpus"], text("cpu"), text("kernel")),
        rounds: rounds(&all["summary"]),
        reference: reference.to_owned(),
        names,
        rows,
    })
}

/// Returns the number of rounds of the figure with the fewest: a deadline may have cut some off.
fn rounds(summary: &Value) -> u64 {
    let implementations = summary.as_object().into_iter().flat_map(|figures| figures.values()).filter_map(Value::as_object);
    implementations.flat_map(|of| of.values()).filter_map(|figure| figure["n"].as_u64()).min().unwrap_or(0)
}

impl Duel {
    /// Adds the throughput of another run of the same implementations, with `called` in its labels.
    pub(super) fn add(&mut self, called: &str, other: Self) -> anyhow::Result<()> {
        ensure!(self.names == other.names, "the two runs are not of the same implementations");
        let throughput = other.rows.into_iter().filter(|row| row.metric.ends_with("Gbit/s"));
        self.rows.extend(throughput.map(|row| Row { metric: format!("{called}{}", row.metric), ..row }));
        Ok(())
    }
}

fn json(file: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))
}

/// Formats the micro-benchmarks as Markdown.
pub(super) fn micro_table(all: &[Micro]) -> String {
    let mut text = "| on one thread | median | |\n|---|---|---|\n".to_owned();
    for Micro { name, nanoseconds, bytes } in all {
        let rate = bytes.map_or_else(String::new, |bytes| format!("{:.2} GB/s", bytes / nanoseconds));
        let time = if *nanoseconds < 10_000.0 { format!("{nanoseconds:.0} ns") } else { format!("{:.1} µs", nanoseconds / 1e3) };
        text += &format!("| {name} | {time} | {rate} |\n");
    }
    text
}

/// Formats the duel as Markdown: medians, followed by the ratios to the reference.
pub(super) fn duel_table(duel: &Duel) -> String {
    let mut text = format!(
        "{}; medians of {} interleaved rounds; × is the median of the rounds' ratios to {}.\n\n| | {} |\n|---|{}\n",
        duel.machine,
        duel.rounds,
        duel.reference,
        duel.names.join(" | "),
        "---|".repeat(duel.names.len())
    );
    let reference = duel.names.iter().position(|name| *name == duel.reference);
    for row in &duel.rows {
        let cells = row.medians.iter().zip(&row.ratios).enumerate().map(|(index, (median, ratio))| match (median, ratio) {
            (None, _) => "–".to_owned(),
            (Some(median), Some(ratio)) if Some(index) != reference => format!("{} ({ratio:.2} ×)", figure(*median)),
            (Some(median), _) => figure(*median),
        });
        text += &format!("| {} | {} |\n", row.metric, cells.collect::<Vec<_>>().join(" | "));
    }
    text
}

/// Formats a value with three significant digits.
fn figure(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_ratios_to_the_reference_and_owns_up_to_what_is_missing() {
        let duel = Duel {
            machine: "m".into(),
            rounds: 5,
            reference: "wggo".into(),
            names: vec!["wggo".into(), "adit".into(), "other".into()],
            rows: vec![Row {
                metric: "TCP".into(),
                medians: vec![Some(2.0), Some(5.0), None],
                ratios: vec![Some(1.0), Some(2.5), None],
            }],
        };
        assert!(duel_table(&duel).ends_with("| TCP | 2.00 | 5.00 (2.50 ×) | – |\n"), "{}", duel_table(&duel));
    }

    #[test]
    fn rounds_that_a_deadline_cut_off_are_not_claimed() {
        let summary = serde_json::json!({"tcp1_gbps": {"adit": {"n": 3}, "wggo": {"n": 4}}, "udp64_kpps": {"adit": {"n": 5}}});
        assert_eq!(rounds(&summary), 3);
    }

    #[test]
    fn a_rate_stands_where_bytes_are_known() {
        let table = micro_table(&[Micro { name: "seal".into(), nanoseconds: 700.0, bytes: Some(1420.0) }]);
        assert!(table.ends_with("| seal | 700 ns | 2.03 GB/s |\n"), "{table}");
    }
}
