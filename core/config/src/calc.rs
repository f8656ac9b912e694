//! The calculator for `AllowedIPs`. WireGuard has no rule "all but this", so the remaining networks must be computed.
//!
//! [`evaluate`] parses an expression (`everything except 192.168.0.0/16, 10.1.2.3`) into a [`NetworkSet`]. Its
//! [`NetworkSet::networks`] is the shortest equivalent list of networks.
//!
//! # Example
//!
//! ```
//! use adit_config::calc;
//!
//! let allowed = calc::evaluate("10.0.0.0/8 except 10.0.0.0/9, 10.192.0.0/10")?;
//! assert_eq!(allowed.networks(), ["10.128.0.0/10".parse().unwrap()]);
//! assert!(allowed.contains("10.130.0.1".parse().unwrap()));
//!
//! let error = calc::evaluate("everything except 10.1.2.3/8").unwrap_err();
//! assert_eq!(error.column, 19);
//! assert!(error.to_string().contains("10.0.0.0/8 or 10.1.2.3"), "{error}");
//! # Ok::<(), calc::ExpressionError>(())
//! ```

mod expression;
mod network_set;
mod ranges;

pub use expression::{ExpressionError, Problem, evaluate};
pub use network_set::NetworkSet;

/// Maximum number of networks in an expression, the same as the maximum number of allowed IPs in a configuration.
pub const MAX_NETWORKS: usize = 200_000;
/// Maximum length of an expression in bytes: [`MAX_NETWORKS`] in their longest form, with room for words.
pub const MAX_EXPRESSION_BYTES: usize = 16 << 20;
/// Maximum nesting depth of parentheses.
pub const MAX_NESTING: usize = 32;
