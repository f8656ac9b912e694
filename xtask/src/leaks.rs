//! `cargo xtask leaks`: tries every known way past a tunnel on Adit and on the stock wg-quick, and replaces the table of
//! `docs/SECURITY.md` by the counts.

use anyhow::{Context as _, ensure};

use crate::{cargo, machine, root, run, test};

const BEGIN: &str = "<!-- measured: written by cargo xtask leaks -->";
const END: &str = "<!-- end of what was measured -->";
const HEAD: &str = "| attack | Adit with kill switch | Adit without | wg-quick |\n|---|---|---|---|\n";

/// Each test of `core/e2e/tests/leaks` writes its row of the table into a folder. A failed test also writes its row; this then
/// fails after the table is written.
pub(crate) fn leaks() -> anyhow::Result<()> {
    ensure!(machine::is_root(), "the lab of network namespaces needs root");
    machine::install(machine::FOR_TESTS)?;
    machine::install_peers()?;
    test::build_commands()?;
    let folder = root().join("target/leaks");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    let arguments = ["--package", "adit-e2e", "--test", "leaks", "--", "--nocapture", "--test-threads", "4"];
    let tests = run(cargo("test").args(arguments).env("ADIT_LEAKS", &folder));
    let mut rows = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        rows.push(std::fs::read_to_string(entry?.path())?);
    }
    rows.sort();
    write(&rows)?;
    tests
}

fn write(rows: &[String]) -> anyhow::Result<()> {
    let page = root().join("docs/SECURITY.md");
    let text = std::fs::read_to_string(&page).with_context(|| format!("reading {}", page.display()))?;
    let (before, rest) = text.split_once(BEGIN).context("docs/SECURITY.md has lost the mark of its measured part")?;
    let (_, after) = rest.split_once(END).context("docs/SECURITY.md has lost the end of its measured part")?;
    let table = format!("{HEAD}{}", rows.concat());
    println!("\n{table}");
    std::fs::write(&page, format!("{before}{BEGIN}\n\n{table}\n{END}{after}"))?;
    println!("written to {}", page.display());
    Ok(())
}
