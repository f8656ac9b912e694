//! Numbers of users and groups by their names, from wherever the system keeps them.

use std::io;

/// The user that the service runs as, and its primary group. The group may write where the service's sockets are, so that it must have
/// no other members.
pub const SERVICE: &str = "adit";
/// The group whose members may bring tunnels up and down. It owns no file.
pub const OPERATORS: &str = "adit-operators";

/// The number of the user of this name; None where there is none.
pub fn user(name: &str) -> io::Result<Option<u32>> {
    Ok(nix::unistd::User::from_name(name)?.map(|user| user.uid.as_raw()))
}

/// The number of the group of this name; None where there is none.
pub fn group(name: &str) -> io::Result<Option<u32>> {
    Ok(nix::unistd::Group::from_name(name)?.map(|group| group.gid.as_raw()))
}

/// The names of the members of a group, without those whose primary group it is; empty where there is no such group.
pub fn members(group: &str) -> io::Result<Vec<String>> {
    Ok(nix::unistd::Group::from_name(group)?.map(|group| group.mem).unwrap_or_default())
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
