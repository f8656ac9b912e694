# Resolvers by systemd-resolved, which the service may tell by the rule for polkit.
CHECKS=(the_tunnels_resolver_is_on_its_link and_is_the_one_that_is_asked and_is_gone_with_the_tunnel and_comes_back)

the_tunnels_resolver_is_on_its_link() {
	contains "$(resolvectl dns office)" 10.8.0.1
	contains "$(resolvectl domain office)" "corp.test"
	contains "$(resolvectl domain office)" "~."
	contains "$(resolvectl default-route office)" yes
}

# Both resolvers know every name, each with its own address.
and_is_the_one_that_is_asked() {
	resolvectl flush-caches
	equal "the answer" "$(getent ahostsv4 name.test | awk 'NR == 1 {print $1}')" 10.8.0.1
}

and_is_gone_with_the_tunnel() {
	exits 0 adit down office
	resolvectl flush-caches
	lacks "$(resolvectl dns; resolvectl domain)" 10.8.0.1
	equal "the answer" "$(getent ahostsv4 name.test | awk 'NR == 1 {print $1}')" 192.0.2.1
}

and_comes_back() {
	exits 0 adit up office --wait=60
	the_tunnels_resolver_is_on_its_link
	exits 0 adit down office
}
