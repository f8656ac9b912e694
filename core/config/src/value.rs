//! The values of a configuration. Each is a type that can hold only valid values, is parsed with `FromStr`, and is printed as
//! `wg` does.

mod cidr;
mod endpoint;
mod interface_name;
pub(crate) mod key;
mod number;
mod text;

pub use cidr::{Cidr, CidrError};
pub(crate) use endpoint::port;
pub use endpoint::{Endpoint, EndpointError, Host, HostName, HostNameError};
pub use interface_name::{InterfaceName, InterfaceNameError};
pub use number::{FwMark, Keepalive, Mtu, NumberError, Table, TableError};
pub use text::{Hook, HookError, PeerName, PeerNameError, SearchDomain, SearchDomainError};

/// Implements Serde through the text form, so that a value that crosses a boundary is validated again on the other side. The calling
/// crate needs `serde`.
#[macro_export]
macro_rules! serde_as_text {
    ($($type:ty),+ $(,)?) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

serde_as_text!(Cidr, Endpoint, FwMark, Hook, InterfaceName, Keepalive, Mtu, PeerName, SearchDomain, Table);
