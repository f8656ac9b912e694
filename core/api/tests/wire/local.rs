//! The JSON of requests that a client answers itself, and of their answers.

use adit_api::{
    Argument, ConfigCheck, ConfigOutline, ConfigText, DraftId, Entry, FileBytes, ImportDraft, ImportFile, ImportReading,
    ImportReason, ImportRefusal, Imported, LocalRequest, LocalResponse, OutlineSection, QrModules, SectionKind, Span, SpanClass,
    SupportFile,
};

use crate::answers::preview;
use crate::views::{CONFIG, diagnostic, id, key};

pub(crate) fn requests() -> Vec<LocalRequest> {
    let file = ImportFile { name: "office.conf".into(), bytes: FileBytes::new("W0ludGVyZmFjZV0K".into()) };
    vec![
        LocalRequest::Outline { config: ConfigText::new(CONFIG.to_owned()) },
        LocalRequest::ReadImport { files: vec![file] },
        LocalRequest::ReadFrame { from: "camera".into(), width: 2, height: 1, luma: FileBytes::new("AP8=".into()) },
        LocalRequest::CheckDraft { draft: DraftId(3), config: ConfigText::new(CONFIG.to_owned()) },
        LocalRequest::PreviewDraft {
            draft: DraftId(3),
            interface: "office".parse().unwrap(),
            config: ConfigText::new(CONFIG.to_owned()),
        },
        LocalRequest::ImportDraft {
            draft: DraftId(3),
            name: "office".parse().unwrap(),
            interface: "office".parse().unwrap(),
            config: ConfigText::new(CONFIG.to_owned()),
        },
        LocalRequest::DiscardDrafts { drafts: vec![DraftId(3)] },
        LocalRequest::AllowedIps { include: vec!["0.0.0.0/0".parse().unwrap()], exclude: vec!["10.0.0.0/8".parse().unwrap()] },
        LocalRequest::SupportBundle { hide_addresses: true },
        LocalRequest::ExportQr { id: id() },
    ]
}

pub(crate) fn answers() -> Vec<LocalResponse> {
    let spans = classes().into_iter().zip(0..).map(|(class, start)| Span { start, end: start + 1, class }).collect();
    let section =
        |kind, name: Option<&str>, entries| OutlineSection { kind, name: name.map(Into::into), start: 0, end: 40, entries };
    let entry = Entry { key: "MTU".into(), value: "1420".into(), value_start: 18, value_end: 22, line_start: 12, line_end: 23 };
    let draft = ImportDraft {
        id: DraftId(3),
        from: "all.zip: office.conf".into(),
        name: "office".parse().unwrap(),
        interface: "office".parse().unwrap(),
        config: ConfigText::new(CONFIG.to_owned()),
        diagnostics: vec![diagnostic()],
    };
    let refused = |from: &str, reason| ImportRefusal { from: from.into(), reason };
    let others = vec![Argument::number("others", 2_u32)];
    let refusals = vec![
        refused("all.zip: notes.txt", ImportReason::new("not_configuration", Vec::new())),
        refused("all.zip: home.conf", ImportReason { worst: Some(diagnostic()), ..ImportReason::new("errors", others) }),
    ];
    let sections =
        vec![section(SectionKind::Interface, None, vec![entry]), section(SectionKind::Peer, Some("gateway"), Vec::new())];
    vec![
        LocalResponse::Outline(ConfigOutline { spans, sections }),
        LocalResponse::ReadImport(ImportReading { drafts: vec![draft], refusals }),
        LocalResponse::ReadFrame(None),
        LocalResponse::CheckDraft(ConfigCheck {
            diagnostics: vec![diagnostic()],
            public_key: Some(key()),
            changes: Vec::new(),
            changes_left_out: 0,
        }),
        LocalResponse::PreviewDraft(preview()),
        LocalResponse::ImportDraft(Imported { id: id(), diagnostics: Vec::new() }),
        LocalResponse::DiscardDrafts(()),
        LocalResponse::AllowedIps(vec!["0.0.0.0/5".parse().unwrap()]),
        LocalResponse::SupportBundle(vec![SupportFile { name: "log.txt".into(), text: "".into() }]),
        LocalResponse::ExportQr(QrModules { size: 2, modules: "0110".into() }),
    ]
}

fn classes() -> [SpanClass; 21] {
    [
        SpanClass::ByteOrderMark,
        SpanClass::Space,
        SpanClass::LineEnd,
        SpanClass::Comment,
        SpanClass::Section,
        SpanClass::Key,
        SpanClass::Delimiter,
        SpanClass::PrivateKey,
        SpanClass::PublicKey,
        SpanClass::PresharedKey,
        SpanClass::Address,
        SpanClass::Prefix,
        SpanClass::Host,
        SpanClass::Port,
        SpanClass::Keepalive,
        SpanClass::Mtu,
        SpanClass::FwMark,
        SpanClass::Table,
        SpanClass::Boolean,
        SpanClass::Command,
        SpanClass::Unknown,
    ]
}
