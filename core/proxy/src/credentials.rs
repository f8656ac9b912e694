//! The users of the proxies and their passwords, if passwords are required.

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// Maximum length of a user name or password in bytes (RFC 1929).
const LONGEST: usize = 255;

/// User names and passwords, at least one pair.
pub struct Credentials(Vec<(Zeroizing<String>, Zeroizing<String>)>);

/// An error in a list of users. It contains nothing from the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The list is empty.
    #[error("there is no `user:password` in it")]
    Empty,
    /// The line with this number is not `user:password`.
    #[error("line {0} is not `user:password`, both from 1 to {LONGEST} bytes long")]
    Line(usize),
}

impl Credentials {
    /// Parses one `user:password` per line. Empty lines and lines that begin with `#` are skipped. A password may contain colons,
    /// a user name may not.
    ///
    /// # Errors
    /// See [`CredentialsError`].
    pub fn parse(text: &str) -> Result<Self, CredentialsError> {
        let fits = |part: &str| (1..=LONGEST).contains(&part.len());
        let mut users = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let parts = line.split_once(':').filter(|(user, password)| fits(user) && fits(password));
            let (user, password) = parts.ok_or(CredentialsError::Line(number + 1))?;
            users.push((Zeroizing::new(user.to_owned()), Zeroizing::new(password.to_owned())));
        }
        if users.is_empty() { Err(CredentialsError::Empty) } else { Ok(Self(users)) }
    }

    /// Returns true if the user has this password. A wrong answer takes as long as a right one.
    pub fn admit(&self, user: &[u8], password: &[u8]) -> bool {
        let admits = |admitted: Choice, (known, its): &(Zeroizing<String>, Zeroizing<String>)| {
            admitted | (known.as_bytes().ct_eq(user) & its.as_bytes().ct_eq(password))
        };
        self.0.iter().fold(Choice::from(0), admits).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_user_is_admitted_with_his_own_password_only() {
        let credentials = Credentials::parse("# office\nann:one:two\n\nbob:three\n").unwrap();
        assert!(credentials.admit(b"ann", b"one:two") && credentials.admit(b"bob", b"three"));
        for (user, password) in [("ann", "three"), ("bob", "one:two"), ("ann", "one"), ("", ""), ("# office", "")] {
            assert!(!credentials.admit(user.as_bytes(), password.as_bytes()), "{user}:{password}");
        }
    }

    #[test]
    fn a_list_without_users_is_refused_and_not_repeated() {
        assert_eq!(Credentials::parse("\n# nobody\n").err(), Some(CredentialsError::Empty));
        for bad in ["ann", "ann:", ":secret", "a:b\nsecret"] {
            let error = Credentials::parse(bad).err().unwrap().to_string();
            assert!(error.starts_with("line ") && !error.contains("secret"), "{error}");
        }
    }
}
