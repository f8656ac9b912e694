//! Writes the software bill of materials: CycloneDX 1.5 in JSON, <https://cyclonedx.org/docs/1.5/json/>.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context as _, ensure};
use cargo_metadata::Package;
use serde_json::{Value, json};

use super::linked::{Id, Linked, id};
use super::page::Module;
use super::{Product, TARGET};
use crate::{lockfile, root};

/// Returns the bill of materials for `linked` and the modules of the page. The same commit gives the same text.
pub(super) fn text(product: &Product, linked: &Linked, page: &[Module]) -> anyhow::Result<String> {
    let checksums: BTreeMap<Id, String> =
        lockfile::from_registry()?.into_iter().map(|locked| ((locked.name, locked.version), locked.checksum)).collect();
    Ok(format!("{:#}\n", bill(product, linked, page, &checksums)?))
}

fn bill(product: &Product, linked: &Linked, page: &[Module], checksums: &BTreeMap<Id, String>) -> anyhow::Result<Value> {
    let mut components: Vec<Value> =
        linked.packages.values().map(|package| component(package, checksums)).collect::<Result<_, _>>()?;
    components.extend(page.iter().map(module));
    let version = env!("CARGO_PKG_VERSION");
    let programs: Vec<Value> = product
        .programs
        .iter()
        .map(|(program, _)| {
            json!({ "type": "application", "bom-ref": format!("program:{program}"), "name": program, "version": version })
        })
        .collect();
    let mut dependencies = vec![json!({
        "ref": product.name,
        "dependsOn": product.programs.iter().map(|(program, _)| format!("program:{program}")).collect::<Vec<_>>(),
    })];
    for (program, package) in product.programs {
        let of = linked.packages.keys().find(|(name, _)| name == package).with_context(|| format!("{package} is not linked"))?;
        let parts: Vec<String> = page.iter().map(module_reference).chain([reference(of)]).collect();
        dependencies.push(json!({ "ref": format!("program:{program}"), "dependsOn": parts }));
    }
    for (from, to) in &linked.edges {
        dependencies.push(json!({ "ref": reference(from), "dependsOn": to.iter().map(reference).collect::<Vec<_>>() }));
    }
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": time_of_commit()?,
            "tools": { "components": [{ "type": "application", "name": "cargo xtask package", "version": env!("CARGO_PKG_VERSION") }] },
            "component": {
                "type": "application",
                "bom-ref": product.name,
                "name": product.name,
                "version": version,
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
                "properties": [{ "name": "cargo:target", "value": TARGET }],
                "components": programs,
            },
        },
        "components": components,
        "dependencies": dependencies,
    }))
}

fn component(package: &Package, checksums: &BTreeMap<Id, String>) -> anyhow::Result<Value> {
    let id = id(package);
    let (name, version) = &id;
    // Before SPDX had operators, crates wrote `/` for OR.
    let license = package.license.as_ref().with_context(|| format!("{name} {version} names no licence"))?.replace('/', " OR ");
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(&id),
        "name": name,
        "version": version,
        "scope": "required",
        "licenses": [{ "expression": license }],
    });
    if package.source.is_some() {
        let checksum = checksums.get(&id).with_context(|| format!("Cargo.lock has no checksum of {name} {version}"))?;
        component["purl"] = json!(reference(&id));
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
        if let Some(repository) = &package.repository {
            component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
        }
    }
    Ok(component)
}

/// A package of npm that is bundled into the page.
fn module(module: &Module) -> Value {
    json!({
        "type": "library",
        "bom-ref": module_reference(module),
        "name": module.name,
        "version": module.version,
        "scope": "required",
        "licenses": [{ "expression": module.licence }],
        "purl": module_reference(module),
        "hashes": [{ "alg": "SHA-512", "content": module.checksum }],
    })
}

/// Returns a package URL. The `@` of a scope must be escaped there.
fn module_reference(module: &Module) -> String {
    format!("pkg:npm/{}@{}", module.name.replace('@', "%40"), module.version)
}

/// Returns a package URL. `+` separates a version's build metadata and must be escaped there.
fn reference((name, version): &Id) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

/// Returns the time of the packaged commit, in UTC.
pub(super) fn time_of_commit() -> anyhow::Result<String> {
    let output = Command::new("git")
        .current_dir(root())
        .env("TZ", "UTC")
        .args(["log", "-1", "--date=format-local:%Y-%m-%dT%H:%M:%SZ", "--format=%cd"])
        .output()
        .context("cannot start git")?;
    ensure!(output.status.success(), "git log: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn strings<'a>(values: &'a Value, key: &str) -> Vec<&'a str> {
        let values = values.as_array().expect("a list");
        values.iter().map(|value| value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value}"))).collect()
    }

    #[test]
    fn the_bill_has_the_fields_that_cyclonedx_requires_and_every_reference_leads_somewhere() {
        let linked = super::super::linked::read(&super::super::SERVICE).expect("cargo answers");
        let text = text(&super::super::SERVICE, &linked, &[]).expect("a bill");
        let bill: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((bill["bomFormat"].as_str(), bill["specVersion"].as_str()), (Some("CycloneDX"), Some("1.5")));
        assert_eq!(bill["version"], 1);
        crate::dates::seconds(bill["metadata"]["timestamp"].as_str().expect("a timestamp")).expect("in UTC");
        let main = &bill["metadata"]["component"];
        assert_eq!((main["type"].as_str(), main["name"].as_str()), (Some("application"), Some("adit")));
        assert_eq!(strings(&main["components"], "name"), ["adit", "adit-wg", "aditd"]);

        let components = bill["components"].as_array().expect("components");
        assert!(components.len() > 100, "only {} components", components.len());
        for component in components {
            for field in ["type", "name", "version", "bom-ref"] {
                assert!(component[field].as_str().is_some_and(|text| !text.is_empty()), "no {field} in {component}");
            }
            let license = component["licenses"][0]["expression"].as_str().expect("a licence");
            assert!(!license.contains('/'), "no SPDX expression: {license}");
            let name = component["name"].as_str().expect("a name");
            if name != "adit" && !name.starts_with("adit-") {
                assert!(component["purl"].as_str().is_some_and(|purl| purl.starts_with("pkg:cargo/")), "{component}");
                assert_eq!(component["hashes"][0]["content"].as_str().map(str::len), Some(64), "{component}");
            }
        }

        let listed = strings(&bill["components"], "bom-ref");
        let mut known: BTreeSet<&str> = listed.iter().copied().collect();
        assert_eq!(known.len(), listed.len(), "a reference stands for two components");
        known.insert("adit");
        known.extend(strings(&main["components"], "bom-ref"));
        for dependency in bill["dependencies"].as_array().expect("dependencies") {
            let to = dependency["dependsOn"].as_array().expect("a list").iter();
            for reference in to.chain([&dependency["ref"]]) {
                assert!(known.contains(reference.as_str().expect("text")), "{reference} leads nowhere");
            }
        }
    }
}
