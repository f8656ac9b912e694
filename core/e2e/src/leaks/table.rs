//! One row of the table of leaks: an attack, tried on Adit and, if a table is being written, on the stock wg-quick.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};

use super::scene::{Column, Scene, play};

/// Names the folder into which each row writes its measurement (`cargo xtask leaks`). If it is unset, wg-quick is not tried.
const FOLDER: &str = "ADIT_LEAKS";

/// More probes than this count as a flood of one kind.
const FLOOD: usize = 20;

/// The outcome of an attack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Measured {
    /// Number of probes sent.
    pub sent: usize,
    /// Number of probes that the router saw in clear.
    pub clear: usize,
    /// Number of probes that arrived through the tunnel, and that should have. None while there is no tunnel, or no probe
    /// belongs into it.
    pub through: Option<(usize, usize)>,
    /// The probes seen in clear, as text.
    pub story: String,
}

impl Measured {
    /// Adds up two measurements.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let through = match (self.through, other.through) {
            (Some((one, of)), Some((other, of_other))) => Some((one + other, of + of_other)),
            (one, other) => one.or(other),
        };
        let story = format!("{}{}", self.story, other.story);
        Self { sent: self.sent + other.sent, clear: self.clear + other.clear, through, story }
    }
}

/// An attack, and the columns that promise that nothing leaves in clear. The kill switch always promises that.
pub struct Row {
    attack: &'static str,
    promised: &'static [Column],
    columns: &'static [Column],
    configure: Box<dyn Fn(&str) -> String>,
}

/// The columns of the table.
const TABLE: &[Column] = &[Column::KillSwitch, Column::Without, Column::WgQuick];

/// Creates a row of that name, in which Adit promises that nothing leaves in clear even without a kill switch.
pub fn row(attack: &'static str) -> Row {
    Row {
        attack,
        promised: &[Column::KillSwitch, Column::Without, Column::AditUp],
        columns: TABLE,
        configure: Box::new(str::to_owned),
    }
}

impl Row {
    /// Removes the promises without a kill switch: those columns are only measured, and shown.
    #[must_use]
    pub fn kill_switch_only(mut self) -> Self {
        self.promised = &[Column::KillSwitch];
        self
    }

    /// Also tries `adit up`, which promises the same as the service without a kill switch.
    #[must_use]
    pub fn and_adit_up(mut self) -> Self {
        self.columns = &[Column::KillSwitch, Column::Without, Column::AditUp, Column::WgQuick];
        self
    }

    /// Uses another configuration.
    #[must_use]
    pub fn configured(mut self, configure: impl Fn(&str) -> String + 'static) -> Self {
        self.configure = Box::new(configure);
        self
    }

    /// Runs the attack without a tunnel, where every probe must be seen, and on each column.
    pub fn run(self, attack: impl Fn(&mut Scene<'_>) -> anyhow::Result<Measured>) -> anyhow::Result<()> {
        let on = |column| play(self.attack, column, &self.configure, &attack);
        let Some(Measured { sent, clear, story, .. }) = on(Column::Control)? else { return Ok(()) };
        // A flood loses packets while a neighbour's address is resolved; of single probes each one counts.
        let least = if sent > FLOOD { sent / 2 } else { sent };
        ensure!(
            sent > 0 && clear >= least,
            "{}: of {sent} probes without a tunnel the sniffer sees {clear}: {story}",
            self.attack
        );
        let folder = std::env::var_os(FOLDER).map(PathBuf::from);
        let (mut cells, mut broken) = (Vec::new(), Vec::new());
        for column in self.columns.iter().copied() {
            if column == Column::WgQuick && folder.is_none() {
                continue;
            }
            let measured = match on(column) {
                Ok(Some(measured)) => measured,
                Ok(None) => return Ok(()),
                Err(error) if column == Column::WgQuick => {
                    println!("{}: wg-quick was not measured: {error:#}", self.attack);
                    continue;
                }
                Err(error) => {
                    broken.push(format!("{column:?}: {error:#}"));
                    continue;
                }
            };
            println!("{}, {column:?}: {measured:?}", self.attack);
            if self.promised.contains(&column) {
                broken.extend(breach(column, &measured));
            }
            if TABLE.contains(&column) {
                cells.push((column, measured));
            }
        }
        if let Some(folder) = folder {
            std::fs::create_dir_all(&folder)?;
            std::fs::write(folder.join(format!("{}.md", file_name(self.attack))), self.line(&cells))
                .context("the table's row")?;
        }
        ensure!(broken.is_empty(), "{}: {}", self.attack, broken.join("; "));
        Ok(())
    }

    fn line(&self, cells: &[(Column, Measured)]) -> String {
        let cell = |column: &Column| {
            let measured = cells.iter().find(|(of, _)| of == column).map(|(_, measured)| measured);
            measured.map_or_else(|| "not measured".to_owned(), cell)
        };
        let cells: Vec<String> = TABLE.iter().map(cell).collect();
        format!("| {} | {} |\n", self.attack, cells.join(" | "))
    }
}

/// Describes how a column has broken its promise, if it has.
fn breach(column: Column, measured: &Measured) -> Option<String> {
    let Measured { sent, clear, through, story } = measured;
    if *clear > 0 {
        return Some(format!("{column:?}: {clear} packets in clear of {sent} probes: {story}"));
    }
    let (arrived, of) = (*through)?;
    (arrived < of).then(|| format!("{column:?}: {arrived} of {of} probes went through the tunnel"))
}

fn cell(measured: &Measured) -> String {
    let Measured { sent, clear, through, .. } = measured;
    let through = through.map_or_else(String::new, |(arrived, of)| format!("; {arrived} of {of} inside"));
    format!("{clear} of {sent}{through}")
}

fn file_name(attack: &str) -> String {
    attack.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}
