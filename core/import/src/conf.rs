//! Parses bytes into a configuration that can become a tunnel.

use std::cmp::Reverse;

use adit_config::syntax::LineKind;
use adit_config::{Diagnostic, Document, detect, parse};
use zeroize::Zeroizing;

use crate::outcome::Reason;

/// A configuration without errors.
pub(crate) struct Conf {
    pub(crate) text: Zeroizing<String>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Conf {
    /// Parses a file. `diagnostics` is the maximum number of diagnostics to keep.
    pub(crate) fn read(bytes: &[u8], diagnostics: usize) -> Result<Self, Reason> {
        let document = Document::parse(bytes)?;
        if !is_configuration(&document) && detect::text(&document).is_none() && !document.text().trim().is_empty() {
            return Err(Reason::NotConfiguration);
        }
        match parse::config(&document) {
            Ok((_, found)) => {
                let text = Zeroizing::new(document.text().to_owned());
                Ok(Self { text, diagnostics: worst_first(found, diagnostics) })
            }
            Err(found) => Err(Reason::Errors(worst_first(found, diagnostics))),
        }
    }
}

/// Returns true if the document contains an `[Interface]` or `[Peer]` section.
fn is_configuration(document: &Document) -> bool {
    document.lines().iter().any(|line| matches!(line.kind, LineKind::Header { section: Some(_), .. }))
}

fn worst_first(mut diagnostics: Vec<Diagnostic>, count: usize) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|diagnostic| Reverse(diagnostic.severity));
    diagnostics.truncate(count.max(1));
    diagnostics.shrink_to_fit();
    diagnostics
}
