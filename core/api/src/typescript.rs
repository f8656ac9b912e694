//! The contract in TypeScript, as one file.

use std::collections::BTreeMap;

use ts_rs::{Config, TS, TypeVisitor};

use crate::{ApiError, DesktopRequest, DesktopResponse, LocalRequest, LocalResponse, LogCode, Notice, Request, Response};

const HEAD: &str = "\
// Written by `cargo xtask gen` from core/api. Change it there.

/** An address with a prefix length, such as `10.0.0.0/8`. */
export type Cidr = string;

/** 1 to 15 of `a-z A-Z 0-9 _ = + . -`. */
export type InterfaceName = string;

/** Nothing. */
export type Empty = Record<string, never>;

/** What can be asked for: the service answers a `Request`, the program around the page a `LocalRequest` or `DesktopRequest`. */
export type Method = (Request | LocalRequest | DesktopRequest)[\"method\"];

/** What a method takes. */
export type Params<M extends Method> = Extract<Request | LocalRequest | DesktopRequest, { method: M }>[\"params\"];

/** What a method answers. */
export type Answer<M extends Method> = Extract<Response | LocalResponse | DesktopResponse, { method: M }>[\"result\"];
";

/// Generates the file. The order in which types are found does not affect it.
pub fn generate() -> String {
    // Byte counts and times stay far below 2^53.
    let mut types = Types { config: Config::new().with_large_int("number"), found: BTreeMap::new() };
    types.visit::<Request>();
    types.visit::<Response>();
    types.visit::<LocalRequest>();
    types.visit::<LocalResponse>();
    types.visit::<DesktopRequest>();
    types.visit::<DesktopResponse>();
    types.visit::<ApiError>();
    types.visit::<Notice>();
    types.visit::<LogCode>();
    let mut text = HEAD.to_owned();
    text.push_str(&format!("\n/** Version of the contract. */\nexport const PROTOCOL = {};\n", crate::PROTOCOL));
    for declaration in types.found.values() {
        text.push('\n');
        text.push_str(&format(declaration));
    }
    text
}

/// Puts each case, field and comment on its own line, indented by depth.
fn format(declaration: &str) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    for line in broken_up(declaration).lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !is_remark(line) && line.starts_with('}') {
            depth = depth.saturating_sub(1);
        }
        text.push_str(&"  ".repeat(depth));
        text.push_str(if line.starts_with('*') { " " } else { "" });
        text.push_str(line);
        text.push('\n');
        if !is_remark(line) && line.ends_with('{') {
            depth += 1;
        }
    }
    text
}

fn broken_up(declaration: &str) -> String {
    let declaration = declaration.replace("Record<symbol, never>", "Empty").replace("/**\n * ", "/** ").replace("\n */", " */");
    let break_up = |line: &str| {
        if is_remark(line) {
            return line.replace("None", "null");
        }
        let cases = line.replace(" | {", "\n| {");
        cases.replace(", ", ",\n").replace("{ ", "{\n").replace('}', "\n}")
    };
    declaration.lines().map(|line| break_up(line) + "\n").collect()
}

fn is_remark(line: &str) -> bool {
    line.starts_with("/**") || line.trim_start().starts_with('*')
}

struct Types {
    config: Config,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only types of the contract are exported; `string`, arrays and the like are not.
        if T::output_path().is_some() {
            let name = T::ident(&self.config);
            if self.found.contains_key(&name) {
                return;
            }
            let docs = T::docs().unwrap_or_default();
            // A type that has the members of `LogCode` refers to it by name.
            let declaration = T::decl(&self.config).replace(&LogCode::inline_flattened(&self.config), "LogCode");
            self.found.insert(name, format!("{docs}export {declaration}\n"));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}
