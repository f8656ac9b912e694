//! Numbers of users and groups by their names, from wherever the system keeps them.

use std::io;

/// The number of the user of this name; None where there is none.
pub fn user(name: &str) -> io::Result<Option<u32>> {
    Ok(nix::unistd::User::from_name(name)?.map(|user| user.uid.as_raw()))
}

/// The number of the group of this name; None where there is none.
pub fn group(name: &str) -> io::Result<Option<u32>> {
    Ok(nix::unistd::Group::from_name(name)?.map(|group| group.gid.as_raw()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn root_is_the_first_and_nobody_is_called_by_an_empty_name() {
        assert_eq!(super::user("root").unwrap(), Some(0));
        assert_eq!(super::group("root").unwrap(), Some(0));
        assert_eq!(super::user("").unwrap(), None);
        assert_eq!(super::group("no such group").unwrap(), None);
    }
}
