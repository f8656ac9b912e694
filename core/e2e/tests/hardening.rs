//! Tests of how the programs are linked: protections that keep a memory error in C code from becoming an intrusion, and the
//! libraries loaded.
#![forbid(unsafe_code)]

use adit_e2e::lab::built;
use anyhow::{Context as _, ensure};
use object::elf::{
    DF_1_NOW, DF_1_PIE, DF_BIND_NOW, DF_TEXTREL, DT_FLAGS, DT_FLAGS_1, DT_NEEDED, DT_RPATH, DT_RUNPATH, DT_TEXTREL, ET_DYN,
    FileHeader64, PF_W, PF_X, PT_GNU_RELRO, PT_GNU_STACK, PT_INTERP, PT_LOAD, SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE,
};
use object::endian::Endianness;
use object::read::elf::{Dyn as _, FileHeader as _, ProgramHeader as _, SectionHeader as _};

const PROGRAMS: &[&str] = &["adit", "adit-wg", "aditd"];

/// The C library's parts and the unwinder; the loader under its name on each architecture.
const LIBRARIES: &[&str] = &["libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"];

/// The security properties in a program's ELF headers.
#[derive(Debug)]
struct Linkage {
    /// The program can be loaded at any address.
    position_independent: bool,
    /// The program names an interpreter, so that the loader applies the other properties.
    dynamic: bool,
    /// All symbols are bound at the start, so that the table of their addresses can become read-only.
    bound_at_start: bool,
    /// The part that becomes read-only after relocation covers that table.
    read_only_after_relocation: bool,
    /// True if the stack is executable. `None` if the program does not say; the kernel then may make the stack executable.
    executable_stack: Option<bool>,
    /// Segments and sections that are both writable and executable.
    writable_and_executable: Vec<String>,
    /// Relocations change code.
    relocated_code: bool,
    /// The program names folders that the loader would search before the system's.
    search_path: bool,
    libraries: Vec<String>,
}

impl Linkage {
    fn read(name: &str) -> anyhow::Result<Self> {
        let file = built(name)?;
        let data = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        Self::parse(&data).with_context(|| format!("{}", file.display()))
    }

    fn parse(data: &[u8]) -> anyhow::Result<Self> {
        let header = FileHeader64::<Endianness>::parse(data)?;
        let endian = header.endian()?;
        let segments = header.program_headers(endian, data)?;
        let sections = header.sections(endian, data)?;
        let (entries, strings) = sections.dynamic(endian, data)?.context("no dynamic section")?;
        let strings = sections.strings(endian, data, strings)?;
        let tagged = |tag: i64| entries.iter().filter(move |entry| entry.d_tag(endian) == tag);
        let flags = |tag: i64| tagged(tag).fold(0, |all, entry| all | entry.d_val(endian));

        let mut writable_and_executable = Vec::new();
        for (index, segment) in segments.iter().enumerate() {
            let both = PF_W | PF_X;
            if segment.p_type(endian) == PT_LOAD && segment.p_flags(endian) & both == both {
                writable_and_executable.push(format!("segment {index}"));
            }
        }
        let mut tables = Vec::new();
        for section in sections.iter() {
            let name = String::from_utf8_lossy(sections.section_name(endian, section)?).into_owned();
            let flags = section.sh_flags(endian);
            let both = u64::from(SHF_ALLOC | SHF_WRITE | SHF_EXECINSTR);
            if flags & both == both {
                writable_and_executable.push(format!("section {name}"));
            }
            if name == ".got" || name == ".got.plt" || name == ".dynamic" {
                tables.push(section.sh_addr(endian)..section.sh_addr(endian) + section.sh_size(endian));
            }
        }
        let read_only = segments.iter().find(|segment| segment.p_type(endian) == PT_GNU_RELRO);
        let read_only_after_relocation = read_only.is_some_and(|segment| {
            let (start, end) = (segment.p_vaddr(endian), segment.p_vaddr(endian) + segment.p_memsz(endian));
            !tables.is_empty() && tables.iter().all(|table| start <= table.start && table.end <= end)
        });
        let libraries: Result<Vec<String>, object::Error> =
            tagged(DT_NEEDED).map(|entry| Ok(String::from_utf8_lossy(entry.string(endian, strings)?).into_owned())).collect();
        let stack = segments.iter().find(|segment| segment.p_type(endian) == PT_GNU_STACK);
        Ok(Self {
            position_independent: header.e_type(endian) == ET_DYN && flags(DT_FLAGS_1) & u64::from(DF_1_PIE) != 0,
            dynamic: segments.iter().any(|segment| segment.p_type(endian) == PT_INTERP),
            bound_at_start: flags(DT_FLAGS) & u64::from(DF_BIND_NOW) != 0 || flags(DT_FLAGS_1) & u64::from(DF_1_NOW) != 0,
            read_only_after_relocation,
            executable_stack: stack.map(|segment| segment.p_flags(endian) & PF_X != 0),
            writable_and_executable,
            relocated_code: tagged(DT_TEXTREL).next().is_some() || flags(DT_FLAGS) & u64::from(DF_TEXTREL) != 0,
            search_path: tagged(DT_RPATH).chain(tagged(DT_RUNPATH)).next().is_some(),
            libraries: libraries?,
        })
    }

    fn ensure_hardened(&self) -> anyhow::Result<()> {
        ensure!(self.dynamic && self.position_independent, "not a position-independent executable");
        ensure!(self.bound_at_start && self.read_only_after_relocation, "not full RELRO");
        ensure!(self.executable_stack == Some(false), "the stack is executable, or the program does not say that it is not");
        ensure!(self.writable_and_executable.is_empty(), "writable and executable: {:?}", self.writable_and_executable);
        ensure!(!self.relocated_code, "relocations change code");
        ensure!(!self.search_path, "RPATH or RUNPATH is set");
        let foreign: Vec<&String> = self.libraries.iter().filter(|name| !LIBRARIES.contains(&name.as_str())).collect();
        ensure!(foreign.is_empty(), "loads libraries that it should not need: {foreign:?}");
        Ok(())
    }
}

#[test]
fn programs_are_position_independent_with_full_relro_and_load_only_the_c_library() -> anyhow::Result<()> {
    for name in PROGRAMS {
        Linkage::read(name)?.ensure_hardened().with_context(|| (*name).to_owned())?;
    }
    Ok(())
}

/// Checks a program that the C compiler links without each protection, to show that the test above detects it.
#[test]
fn a_program_without_a_protection_is_noticed() -> anyhow::Result<()> {
    if adit_e2e::lab::program("cc").is_none() {
        adit_e2e::lab::skip("programs without protections: no cc");
        return Ok(());
    }
    const WHOLE: &[&str] = &["-pie", "-fPIE", "-Wl,-z,now", "-Wl,-z,relro", "-Wl,-z,noexecstack"];
    let folder = tempfile::tempdir()?;
    let source = folder.path().join("program.c");
    std::fs::write(&source, "#include <stdio.h>\nint main(void) { return puts(\"\") < 0; }\n")?;
    let linked = |options: &[&str]| -> anyhow::Result<Linkage> {
        let program = folder.path().join("program");
        let status = std::process::Command::new("cc").args(WHOLE).args(options).arg(&source).arg("-o").arg(&program).status()?;
        ensure!(status.success(), "cc {options:?} ended with {status}");
        Linkage::parse(&std::fs::read(&program)?)
    };
    linked(&[])?.ensure_hardened().context("with every protection")?;
    for (options, expected) in [
        (&["-no-pie", "-fno-PIE"][..], "position-independent"),
        (&["-Wl,-z,lazy"], "full RELRO"),
        (&["-Wl,-z,norelro"], "full RELRO"),
        (&["-Wl,-z,execstack"], "stack is executable"),
        (&["-Wl,-rpath,/tmp"], "RPATH"),
        (&["-Wl,--no-as-needed", "-lresolv"], "loads libraries"),
    ] {
        let error = linked(options)?.ensure_hardened().err().with_context(|| format!("{options:?} passes"))?.to_string();
        ensure!(error.contains(expected), "{options:?}: {error}");
    }
    Ok(())
}
