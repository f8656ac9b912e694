//! Formats the state as JSON, with the names and the shape of the `wg-json` script of wireguard-tools: an object of interfaces,
//! each with an object of peers by public key. Values that are not set are left out.

use std::io::{self, Write};

use adit_foreground::interfaces::Device;
use adit_tunnel::PeerView;
use serde_json::{Map, Value, json};

use super::field::Field;
use super::{reveals_keys, text};

/// Writes all `devices`, or only one `field` of each. Secret keys are `(hidden)`, unless the field was named or
/// `WG_HIDE_KEYS=never` is set.
pub(super) fn write(out: &mut dyn Write, devices: &[Device], field: Option<Field>) -> io::Result<()> {
    let all: Map<_, _> = devices.iter().map(|device| (device.name.clone(), of_device(device, field))).collect();
    writeln!(out, "{:#}", Value::Object(all))
}

fn of_device(device: &Device, field: Option<Field>) -> Value {
    let view = &device.view;
    let wants = |one: Field| field.is_none_or(|field| field == one || field == Field::Dump);
    let mut fields = Map::new();
    if let Some(key) = &view.private_key {
        if wants(Field::PrivateKey) {
            fields.insert("privateKey".to_owned(), secret(field, || key.dangerously_reveal_base64().to_string()));
        }
        if wants(Field::PublicKey) {
            fields.insert("publicKey".to_owned(), json!(key.public().to_string()));
        }
    }
    if view.listen_port != 0 && wants(Field::ListenPort) {
        fields.insert("listenPort".to_owned(), json!(view.listen_port));
    }
    if view.fwmark != 0 && wants(Field::Fwmark) {
        fields.insert("fwmark".to_owned(), json!(view.fwmark));
    }
    let only_of_the_device = [Field::PrivateKey, Field::PublicKey, Field::ListenPort, Field::Fwmark];
    if !field.is_some_and(|field| only_of_the_device.contains(&field)) {
        let peers: Map<_, _> = view.peers.iter().map(|peer| (peer.public_key.to_string(), of_peer(peer, field))).collect();
        fields.insert("peers".to_owned(), Value::Object(peers));
    }
    Value::Object(fields)
}

fn of_peer(peer: &PeerView, field: Option<Field>) -> Value {
    let wants = |one: Field| field.is_none_or(|field| field == one || field == Field::Dump);
    let mut fields = Map::new();
    if !peer.preshared_key.is_none() && wants(Field::PresharedKeys) {
        fields.insert("presharedKey".to_owned(), secret(field, || peer.preshared_key.dangerously_reveal_base64().to_string()));
    }
    if let Some(endpoint) = peer.endpoint.filter(|_| wants(Field::Endpoints)) {
        fields.insert("endpoint".to_owned(), json!(text::endpoint(endpoint)));
    }
    if peer.last_handshake.as_secs() != 0 && wants(Field::LatestHandshakes) {
        fields.insert("latestHandshake".to_owned(), json!(peer.last_handshake.as_secs()));
    }
    if wants(Field::Transfer) {
        fields.insert("transferRx".to_owned(), json!(peer.rx_bytes));
        fields.insert("transferTx".to_owned(), json!(peer.tx_bytes));
    }
    if peer.persistent_keepalive != 0 && wants(Field::PersistentKeepalive) {
        fields.insert("persistentKeepalive".to_owned(), json!(peer.persistent_keepalive));
    }
    if wants(Field::AllowedIps) {
        fields.insert("allowedIps".to_owned(), peer.allowed_ips.iter().map(text::network).collect());
    }
    Value::Object(fields)
}

fn secret(field: Option<Field>, text: impl FnOnce() -> String) -> Value {
    if field.is_some() || reveals_keys() { json!(text()) } else { json!("(hidden)") }
}
