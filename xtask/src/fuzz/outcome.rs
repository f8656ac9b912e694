//! Parses the output of libFuzzer.

/// The outcome of one target's run.
pub(super) struct Outcome {
    pub(super) target: String,
    minutes: u64,
    executions: u64,
    per_second: u64,
    /// Number of edges in the code that inputs have reached.
    coverage: u64,
    /// Number of inputs in the corpus of the run.
    inputs: usize,
    /// Number of inputs that broke the target.
    crashes: usize,
    /// True if the fuzzer ended without an error.
    ended_well: bool,
}

impl Outcome {
    pub(super) fn read(target: &str, minutes: u64, said: &str, ended_well: bool, crashes: usize, inputs: usize) -> Self {
        let stat = |name: &str| {
            let value = said.lines().rev().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name)?.strip_prefix(':'));
            value.and_then(|value| value.trim().parse().ok())
        };
        // An aborted run has no statistics, but its last line of progress begins with the number of executions.
        let progress = || said.lines().rev().find_map(|line| line.strip_prefix('#')?.split_whitespace().next()?.parse().ok());
        let coverage = said.lines().rev().find_map(|line| line.split_once(" cov: ")?.1.split_whitespace().next()?.parse().ok());
        Self {
            target: target.to_owned(),
            minutes,
            executions: stat("number_of_executed_units").or_else(progress).unwrap_or_default(),
            per_second: stat("average_exec_per_sec").unwrap_or_default(),
            coverage: coverage.unwrap_or_default(),
            inputs,
            crashes,
            ended_well,
        }
    }

    pub(super) const fn is_broken(&self) -> bool {
        self.crashes > 0 || !self.ended_well
    }
}

/// Formats the outcomes as a table.
pub(super) fn table(outcomes: &[Outcome]) -> String {
    let head = ["target", "minutes", "executions", "per second", "coverage", "inputs", "crashes"].map(str::to_owned);
    let rows = outcomes.iter().map(|outcome| {
        let crashes = if outcome.is_broken() { outcome.crashes.max(1) } else { 0 };
        let numbers =
            [outcome.minutes, outcome.executions, outcome.per_second, outcome.coverage].map(|number| number.to_string());
        let [minutes, executions, per_second, coverage] = numbers;
        [outcome.target.clone(), minutes, executions, per_second, coverage, outcome.inputs.to_string(), crashes.to_string()]
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
    let line = |row: &[String; 7]| {
        let cell = |(column, text): (usize, &String)| match column {
            0 => format!("{text:<width$}", width = width(column)),
            _ => format!("{text:>width$}", width = width(column)),
        };
        row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_a_run_that_ended_and_from_one_that_was_broken_off() {
        let said = "#12\tREDUCE cov: 34 ft: 56\n#99\tDONE   cov: 77 ft: 88 corp: 9/1Kb\nstat::number_of_executed_units: 99\n\
                    stat::average_exec_per_sec:     33\n";
        let ended = Outcome::read("conf", 1, said, true, 0, 9);
        assert_eq!((ended.executions, ended.per_second, ended.coverage, ended.is_broken()), (99, 33, 77, false));
        let broken = Outcome::read("conf", 1, "#12\tNEW    cov: 34 ft: 56\nthread panicked\n", false, 0, 9);
        assert_eq!((broken.executions, broken.coverage, broken.is_broken()), (12, 34, true));
        assert!(table(&[ended, broken]).lines().count() == 3);
    }
}
