//! A filter as the Windows Filtering Platform reads it.

use std::ffi::OsStr;
use std::net::IpAddr;
use std::ptr;

use windows_sys::Win32::NetworkManagement::WindowsFilteringPlatform::{
    FWP_ACTION_BLOCK, FWP_ACTION_PERMIT, FWP_BYTE_BLOB, FWP_BYTE_BLOB_TYPE, FWP_CONDITION_FLAG_IS_LOOPBACK, FWP_CONDITION_VALUE0,
    FWP_CONDITION_VALUE0_0, FWP_MATCH_EQUAL, FWP_MATCH_FLAGS_ALL_SET, FWP_UINT8, FWP_UINT16, FWP_UINT32, FWP_UINT64,
    FWP_V4_ADDR_AND_MASK, FWP_V4_ADDR_MASK, FWP_V6_ADDR_AND_MASK, FWP_V6_ADDR_MASK, FWP_VALUE0, FWP_VALUE0_0, FWPM_ACTION0,
    FWPM_CONDITION_ALE_APP_ID, FWPM_CONDITION_FLAGS, FWPM_CONDITION_IP_FORWARD_INTERFACE, FWPM_CONDITION_IP_LOCAL_ADDRESS,
    FWPM_CONDITION_IP_LOCAL_INTERFACE, FWPM_CONDITION_IP_LOCAL_PORT, FWPM_CONDITION_IP_PROTOCOL,
    FWPM_CONDITION_IP_REMOTE_ADDRESS, FWPM_CONDITION_IP_REMOTE_PORT, FWPM_DISPLAY_DATA0, FWPM_FILTER_CONDITION0,
    FWPM_FILTER_FLAG_BOOTTIME, FWPM_FILTER_FLAG_CLEAR_ACTION_RIGHT, FWPM_FILTER_FLAG_NONE, FWPM_FILTER_FLAG_PERSISTENT,
    FWPM_FILTER0, FWPM_LAYER_ALE_AUTH_CONNECT_V4, FWPM_LAYER_ALE_AUTH_CONNECT_V6, FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V4,
    FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V6, FWPM_LAYER_IPFORWARD_V4, FWPM_LAYER_IPFORWARD_V6,
};
use windows_sys::core::GUID;

use super::wfp::PROVIDER;
use crate::windows::security::wide;
use crate::windows_network::filter::{Action, Condition, Field, Filter, Flow, Layer, Lifetime, Network};

/// All layers that have filters of Adit.
pub(super) const LAYERS: [GUID; 6] = [
    FWPM_LAYER_ALE_AUTH_CONNECT_V4,
    FWPM_LAYER_ALE_AUTH_CONNECT_V6,
    FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V4,
    FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V6,
    FWPM_LAYER_IPFORWARD_V4,
    FWPM_LAYER_IPFORWARD_V6,
];

/// A filter with everything that it points to.
#[expect(clippy::vec_box, reason = "the conditions point to the elements, which stay where they are when a list grows")]
pub(super) struct RawFilter {
    name: Vec<u16>,
    tag: Vec<u8>,
    provider: Box<GUID>,
    weight: Box<u64>,
    conditions: Vec<FWPM_FILTER_CONDITION0>,
    flags: u32,
    layer: GUID,
    sublayer: GUID,
    action: u32,
    // What the conditions point to.
    numbers: Vec<Box<u64>>,
    v4: Vec<Box<FWP_V4_ADDR_AND_MASK>>,
    v6: Vec<Box<FWP_V6_ADDR_AND_MASK>>,
}

impl RawFilter {
    /// `program` is the name of this program, valid as long as the filter is used.
    pub(super) fn new(filter: &Filter, tag: &[u8], sublayer: GUID, program: *mut FWP_BYTE_BLOB) -> Self {
        let lifetime = match filter.lifetime {
            Lifetime::Process | Lifetime::Computer => FWPM_FILTER_FLAG_NONE,
            Lifetime::Persistent => FWPM_FILTER_FLAG_PERSISTENT,
            Lifetime::Boot => FWPM_FILTER_FLAG_BOOTTIME,
        };
        let (action, rights) = match filter.action() {
            Action::Permit => (FWP_ACTION_PERMIT, FWPM_FILTER_FLAG_NONE),
            Action::Block => (FWP_ACTION_BLOCK, FWPM_FILTER_FLAG_CLEAR_ACTION_RIGHT),
        };
        let mut raw = Self {
            name: wide(OsStr::new(&format!("Adit: {}", filter.name))),
            tag: tag.to_vec(),
            provider: Box::new(PROVIDER),
            weight: Box::new(filter.weight as u64 + 1),
            conditions: Vec::new(),
            flags: lifetime | rights,
            layer: layer(filter.layer),
            sublayer,
            action,
            numbers: Vec::new(),
            v4: Vec::new(),
            v6: Vec::new(),
        };
        for condition in &filter.conditions {
            let condition = raw.condition(condition, program);
            raw.conditions.push(condition);
        }
        raw
    }

    /// Returns the filter, which points into `self`.
    pub(super) fn filter(&mut self) -> FWPM_FILTER0 {
        FWPM_FILTER0 {
            displayData: FWPM_DISPLAY_DATA0 { name: self.name.as_mut_ptr(), description: ptr::null_mut() },
            flags: self.flags,
            providerKey: &raw mut *self.provider,
            providerData: FWP_BYTE_BLOB { size: self.tag.len() as u32, data: self.tag.as_mut_ptr() },
            layerKey: self.layer,
            subLayerKey: self.sublayer,
            weight: FWP_VALUE0 { r#type: FWP_UINT64, Anonymous: FWP_VALUE0_0 { uint64: &raw mut *self.weight } },
            numFilterConditions: self.conditions.len() as u32,
            filterCondition: self.conditions.as_mut_ptr(),
            action: FWPM_ACTION0 { r#type: self.action, ..FWPM_ACTION0::default() },
            ..FWPM_FILTER0::default()
        }
    }

    fn condition(&mut self, condition: &Condition, program: *mut FWP_BYTE_BLOB) -> FWPM_FILTER_CONDITION0 {
        let mut how = FWP_MATCH_EQUAL;
        let (kind, value) = match *condition {
            Condition::Interface(luid) | Condition::ForwardedTo(luid) => {
                self.numbers.push(Box::new(luid));
                let number = self.numbers.last_mut().map_or(ptr::null_mut(), |number| &raw mut **number);
                (FWP_UINT64, FWP_CONDITION_VALUE0_0 { uint64: number })
            }
            Condition::OwnProgram => (FWP_BYTE_BLOB_TYPE, FWP_CONDITION_VALUE0_0 { byteBlob: program }),
            Condition::Loopback => {
                how = FWP_MATCH_FLAGS_ALL_SET;
                (FWP_UINT32, FWP_CONDITION_VALUE0_0 { uint32: FWP_CONDITION_FLAG_IS_LOOPBACK })
            }
            Condition::Protocol(number) => (FWP_UINT8, FWP_CONDITION_VALUE0_0 { uint8: number }),
            Condition::Local(network) | Condition::Remote(network) => self.network(network),
            Condition::LocalPort(port) | Condition::RemotePort(port) => (FWP_UINT16, FWP_CONDITION_VALUE0_0 { uint16: port }),
            Condition::IcmpType(kind) => (FWP_UINT16, FWP_CONDITION_VALUE0_0 { uint16: kind.into() }),
        };
        FWPM_FILTER_CONDITION0 {
            fieldKey: field(condition.field()),
            matchType: how,
            conditionValue: FWP_CONDITION_VALUE0 { r#type: kind, Anonymous: value },
        }
    }

    fn network(&mut self, network: Network) -> (i32, FWP_CONDITION_VALUE0_0) {
        match network.address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(network.prefix)).unwrap_or_default();
                self.v4.push(Box::new(FWP_V4_ADDR_AND_MASK { addr: address.to_bits(), mask }));
                let pointer = self.v4.last_mut().map_or(ptr::null_mut(), |network| &raw mut **network);
                (FWP_V4_ADDR_MASK, FWP_CONDITION_VALUE0_0 { v4AddrMask: pointer })
            }
            IpAddr::V6(address) => {
                let network = FWP_V6_ADDR_AND_MASK { addr: address.octets(), prefixLength: network.prefix };
                self.v6.push(Box::new(network));
                let pointer = self.v6.last_mut().map_or(ptr::null_mut(), |network| &raw mut **network);
                (FWP_V6_ADDR_MASK, FWP_CONDITION_VALUE0_0 { v6AddrMask: pointer })
            }
        }
    }
}

const fn layer(layer: Layer) -> GUID {
    match (layer.flow, layer.ipv4) {
        (Flow::Out, true) => FWPM_LAYER_ALE_AUTH_CONNECT_V4,
        (Flow::Out, false) => FWPM_LAYER_ALE_AUTH_CONNECT_V6,
        (Flow::In, true) => FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V4,
        (Flow::In, false) => FWPM_LAYER_ALE_AUTH_RECV_ACCEPT_V6,
        (Flow::Forward, true) => FWPM_LAYER_IPFORWARD_V4,
        (Flow::Forward, false) => FWPM_LAYER_IPFORWARD_V6,
    }
}

const fn field(field: Field) -> GUID {
    match field {
        Field::Interface => FWPM_CONDITION_IP_LOCAL_INTERFACE,
        Field::ForwardInterface => FWPM_CONDITION_IP_FORWARD_INTERFACE,
        Field::Program => FWPM_CONDITION_ALE_APP_ID,
        Field::Flags => FWPM_CONDITION_FLAGS,
        Field::Protocol => FWPM_CONDITION_IP_PROTOCOL,
        Field::LocalAddress => FWPM_CONDITION_IP_LOCAL_ADDRESS,
        Field::RemoteAddress => FWPM_CONDITION_IP_REMOTE_ADDRESS,
        Field::LocalPort => FWPM_CONDITION_IP_LOCAL_PORT,
        Field::RemotePort => FWPM_CONDITION_IP_REMOTE_PORT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows_network::filter::Weight;

    #[test]
    fn a_filter_says_to_windows_what_the_data_says() {
        let conditions = vec![
            Condition::Interface(0x1234_5678_9abc),
            Condition::Remote(Network { address: "192.168.1.0".parse().unwrap(), prefix: 24 }),
            Condition::Remote(Network { address: "0.0.0.0".parse().unwrap(), prefix: 0 }),
            Condition::IcmpType(135),
        ];
        let layer = Layer { flow: Flow::In, ipv4: true };
        let filter = Filter { name: "a test", layer, conditions, weight: Weight::Dns, lifetime: Lifetime::Boot };
        let mut raw = RawFilter::new(&filter, b"tag", GUID::from_u128(7), ptr::null_mut());
        let filter = raw.filter();
        assert_eq!(filter.flags, FWPM_FILTER_FLAG_BOOTTIME | FWPM_FILTER_FLAG_CLEAR_ACTION_RIGHT);
        assert_eq!((filter.action.r#type, filter.numFilterConditions), (FWP_ACTION_BLOCK, 4));
        // SAFETY: each value is read as the type that it has, and everything belongs to `raw`.
        unsafe {
            let condition = |index| (*filter.filterCondition.add(index)).conditionValue.Anonymous;
            assert_eq!(*filter.weight.Anonymous.uint64, Weight::Dns as u64 + 1);
            assert_eq!(*condition(0).uint64, 0x1234_5678_9abc);
            assert_eq!(((*condition(1).v4AddrMask).addr, (*condition(1).v4AddrMask).mask), (0xc0a8_0100, 0xffff_ff00));
            assert_eq!((*condition(2).v4AddrMask).mask, 0);
            assert_eq!(condition(3).uint16, 135);
            assert_eq!(std::slice::from_raw_parts(filter.providerData.data, 3), b"tag");
        }
    }
}
