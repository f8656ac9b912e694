# A tunnel that takes all traffic, and one that lets nothing out past it: rules, a kernel setting, and the packet filter.
CHECKS=(it_takes_all_traffic it_lets_nothing_past_it and_down_puts_everything_back)

it_takes_all_traffic() {
	network >/var/lab/network-before
	exits 0 adit import /etc/lab/everything.conf
	exits 0 adit up everything --wait=60
	exits 0 ping -n -c 1 -W 5 203.0.113.80
	contains "$(ip route get 203.0.113.80)" "dev everything"
	equal src_valid_mark "$(cat /proc/sys/net/ipv4/conf/all/src_valid_mark)" 1
	exits 0 adit down everything
	network | diff /var/lab/network-before -
}

it_lets_nothing_past_it() {
	exits 0 adit block everything on
	exits 0 adit up everything --wait=60
	exits 0 nft list table inet aditblock-everything
	exits 0 ping -n -c 1 -W 5 203.0.113.80
	exits 1 ping -n -c 1 -W 2 -I wire0 203.0.113.80
}

and_down_puts_everything_back() {
	exits 0 adit down everything
	exits 0 adit remove everything --yes
	network | diff /var/lab/network-before -
}
