//! A tunnel's resolvers as dictionaries of the dynamic store of SystemConfiguration, which `configd` turns into the configuration of
//! `mDNSResponder` (`SCSchemaDefinitions(3)`).
//!
//! They are the DNS of services of Adit's own, with "supplemental match domains": the resolvers of other services stay as they
//! are, and nothing of them has to be put back. The empty domain matches every name (the order of these resolvers is before that
//! of the default one). The executor adds them as temporary values, which the store forgets when the process ends, however it
//! ends.
//!
//! A dictionary's match domains are searched too, or none are. So search domains have a service of their own.

use std::net::IpAddr;

use adit_config::InterfaceName;

use crate::network::{DnsNames, DnsSpec};

/// A value of the dynamic store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct StoreValue {
    /// Its key.
    pub(crate) key: String,
    /// The dictionary as an XML property list.
    pub(crate) property_list: String,
}

/// The services of a tunnel: for names that only its servers resolve, and for names in search domains.
const SERVICES: [&str; 2] = ["", "-search"];

/// Returns the keys under which a tunnel may have values.
pub(crate) fn keys(tunnel: &InterfaceName) -> [String; 2] {
    SERVICES.map(|service| format!("State:/Network/Service/io.adit.{tunnel}{service}/DNS"))
}

/// Returns the values for the resolvers of a tunnel. `interface` is the tunnel's: questions of programs that are bound to another
/// interface go elsewhere.
pub(crate) fn values(tunnel: &InterfaceName, interface: &str, dns: &DnsSpec) -> Vec<StoreValue> {
    let [main, search] = keys(tunnel);
    let names = match &dns.names {
        DnsNames::All => vec![String::new()],
        DnsNames::Only(domains) => domains.clone(),
    };
    let mut values = vec![StoreValue { key: main, property_list: dictionary(interface, &dns.servers, &names, false) }];
    if !dns.search.is_empty() {
        let property_list = dictionary(interface, &dns.servers, &dns.search, true);
        values.push(StoreValue { key: search, property_list });
    }
    values
}

fn dictionary(interface: &str, servers: &[IpAddr], domains: &[String], are_searched: bool) -> String {
    let array = |values: &mut dyn Iterator<Item = String>| -> String {
        values.map(|value| format!("\t\t<string>{}</string>\n", escaped(&value))).collect()
    };
    let servers = array(&mut servers.iter().map(ToString::to_string));
    let domains = array(&mut domains.iter().map(|domain| domain.trim_end_matches('.').to_owned()));
    let no_search = i32::from(!are_searched);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n<dict>\n\
         \t<key>InterfaceName</key>\n\t<string>{}</string>\n\
         \t<key>ServerAddresses</key>\n\t<array>\n{servers}\t</array>\n\
         \t<key>SupplementalMatchDomains</key>\n\t<array>\n{domains}\t</array>\n\
         \t<key>SupplementalMatchDomainsNoSearch</key>\n\t<integer>{no_search}</integer>\n\
         </dict>\n</plist>\n",
        escaped(interface)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dns(search: &[&str], names: DnsNames) -> DnsSpec {
        let servers = ["10.8.0.1", "fd08::1"].map(|server| server.parse().unwrap()).to_vec();
        DnsSpec { servers, search: search.iter().map(ToString::to_string).collect(), names }
    }

    fn tunnel() -> InterfaceName {
        "office".parse().unwrap()
    }

    #[test]
    fn resolvers_for_all_names_match_the_empty_domain() {
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">
<plist version=\"1.0\">
<dict>
\t<key>InterfaceName</key>
\t<string>utun4</string>
\t<key>ServerAddresses</key>
\t<array>
\t\t<string>10.8.0.1</string>
\t\t<string>fd08::1</string>
\t</array>
\t<key>SupplementalMatchDomains</key>
\t<array>
\t\t<string></string>
\t</array>
\t<key>SupplementalMatchDomainsNoSearch</key>
\t<integer>1</integer>
</dict>
</plist>
";
        let values = values(&tunnel(), "utun4", &dns(&[], DnsNames::All));
        let key = "State:/Network/Service/io.adit.office/DNS".to_owned();
        assert_eq!(values, [StoreValue { key, property_list: expected.to_owned() }]);
    }

    #[test]
    fn split_dns_names_its_domains_and_search_domains_have_a_service_of_their_own() {
        let names = DnsNames::Only(vec!["corp.example".into(), "lab.example.".into()]);
        let values = values(&tunnel(), "utun4", &dns(&["home.example"], names));
        let domains = |value: &StoreValue| {
            let (_, rest) = value.property_list.split_once("SupplementalMatchDomains</key>").unwrap();
            let (array, rest) = rest.split_once("</array>").unwrap();
            let strings = array.split("<string>").skip(1);
            let names: Vec<&str> = strings.map(|string| string.split_once("</string>").unwrap().0).collect();
            (names.join(" "), rest.contains("<integer>1</integer>"))
        };
        let [main, search] = &values[..] else { panic!("{values:?}") };
        assert_eq!(domains(main), ("corp.example lab.example".to_owned(), true));
        assert_eq!(domains(search), ("home.example".to_owned(), false));
        assert_eq!(vec![main.key.clone(), search.key.clone()], keys(&tunnel()));
    }

    #[test]
    fn a_name_cannot_end_its_element() {
        let values = values(&tunnel(), "utun4", &dns(&[], DnsNames::Only(vec!["</string>&".into()])));
        assert!(values[0].property_list.contains("<string>&lt;/string&gt;&amp;</string>"));
    }
}
