### Every sentence that Adit says, in English. A translation has the same messages; where it lacks one, English is said.
###
### Sentences begin with a small letter and end without a full stop: the CLI puts them after a name, and the window capitalizes them.
### `.advice` says what to do in any program, `.command` what to type in a terminal, `.option` which option `adit up FILE` needs.
### What a value stands for is said above the first message that has it. Values may be as long as a path or an error of the system's.

## Names

# Where the name of the tunnel is not known.
tunnel-unnamed = the tunnel
# Where the name of another tunnel is not known.
tunnel-other = another tunnel
tunnel-gone = a tunnel that is no more

## Times

# As short as possible: these stand in tables.
span-seconds = { $seconds } s
span-minutes = { $minutes } min
span-hours = { $hours } h
span-hours-minutes = { $hours } h { $minutes } min
span-days = { $days } d
ago = { $span } ago
ago-now = now
ago-never = never

## States of a tunnel

state-off = off
state-failed = off, failed
state-interface-removed = off, removed from outside
state-engine-stopped = off, broke
state-starting = starting: { $step }
state-stopping = stopping
state-paused = paused
state-paused-for = paused for { $span } more
state-blocked = blocked

# Steps of bringing a tunnel up. Each stands after "starting: ".
step-check = checking
step-resolve = looking up addresses
step-firewall = setting the packet filter
step-pre-up = running PreUp
step-interface = making the interface
step-addresses = setting addresses
step-routes = setting routes
step-dns = setting DNS
step-post-up = running PostUp

health-good = healthy
health-idle = idle
health-no-peers = up, no peers
health-waiting = up, waits for the peer to begin
health-handshaking = up, no handshake yet
health-no-answer = no answer for { $span }

kill-switch-off = off
kill-switch-block = block
kill-switch-lockdown = lockdown

# What a role may do.
role-status = see tunnels
role-operate = turn tunnels on and off
role-administer = change tunnels and see their keys
# A right that is granted apart from the roles.
action-kill-switch = open and change kill switches
action-lockdown = set, weaken and end lockdowns

## Errors
# $tunnel is the name of the tunnel, $argument the same as it is typed in a shell.

error-not-found = there is no tunnel with the id { $id }
error-tunnel-gone = { $tunnel } was removed
error-no-such-version = { $tunnel } has no version { $version }
    .command = see those that it has with: adit versions { $argument }
error-no-such-takeover = wg-quick has no tunnel { $name }
    .command = see those that it has with: adit take-over
error-name-taken = another tunnel is called { $name } already
    .advice = choose another name
error-interface-taken = another tunnel has the interface { $interface } already
    .advice = choose another interface
    .command = choose another with --interface
# The conflicts follow on lines of their own.
error-conflict = { $tunnel } conflicts with this computer's present settings
    .advice = resolve the conflict, or turn the tunnel on all the same
    .command = resolve the conflict, or add --despite-conflicts
# $other is another tunnel's name as it is typed in a shell.
error-conflict-with-tunnel = { $tunnel } conflicts with this computer's present settings
    .advice = turn the other tunnel off, or turn this one on all the same
    .command = take the other one down (adit down { $other }), or add --despite-conflicts
error-not-allowed-kill-switch = you may not open or change the kill switch of { $tunnel }
    .advice = ask an administrator of this computer
    .command = try again with sudo
error-not-allowed-lockdown = you may not set, weaken or end a lockdown
    .advice = ask an administrator of this computer
    .command = try again with sudo
error-not-allowed-status = you may not see this
    .advice = ask an administrator of this computer
    .command = try again with sudo
error-not-allowed-operate = you may not switch tunnels
    .advice = sit at the computer, or be in the group `adit-operators`
    .command = sit at the computer, be in the group `adit-operators`, or try again with sudo
error-not-allowed-administer = you may not change tunnels or see their keys
    .advice = ask an administrator of this computer
    .command = try again with sudo
# The errors follow on lines of their own.
error-invalid = the configuration of { $tunnel } has errors
error-bad-request = the Adit service did not understand: { $detail }
error-changed = { $tunnel } was changed meanwhile (it is at version { $version } now), so nothing was saved
    .advice = look at it and try again
error-interface-removed = another program removed the interface of { $tunnel }
    .advice = turn it on again
    .command = bring it up again with: adit up { $argument }
error-broken = the stored record of { $tunnel } cannot be read
    .advice = if it still blocks traffic, turn it off
    .command = if it still blocks traffic, end that with: adit down { $argument }
error-hooks-not-approved = { $tunnel } has commands that would run as root, and they are not approved
    .advice = read and approve them
    .command = read and approve them with: adit approve { $argument }
error-hooks-changed = the commands of { $tunnel } are not those that were approved
    .advice = read and approve them again
    .command = read them again with: adit approve { $argument }
error-draft-gone = what was read of this file is no longer kept
    .advice = open the file again
# What the command printed follows on lines of its own.
error-hook-failed = a command of { $tunnel } failed with exit code { $exit }, so everything was undone
error-hook-not-run = a command of { $tunnel } could not be run or was ended by a signal, so everything was undone
error-busy = { $tunnel } is being started or stopped at this moment
    .advice = try again when that is done
error-not-up = { $tunnel } is not up
    .advice = turn it on first
    .command = bring it up with: adit up { $argument }
error-not-paused = { $tunnel } is not paused
error-needs-key = { $tunnel } asks for its private key, which the service does not keep
    .advice = enter the key
    .command = bring it up on a terminal, or with the key in a file: adit up { $argument } --key-file FILE (`-` is standard input)
error-wrong-key = that is not the private key of { $tunnel }, whose public key is { $key }
error-key-not-kept = { $tunnel } asks for its private key, and this needs a service that keeps it
    .advice = have the key kept
    .command = have it kept with: adit key { $argument } keep
error-no-rotation = no new key is waiting for { $tunnel }
    .advice = make one
    .command = make one with: adit rotate { $argument } begin
error-rotation-pending = a new key is waiting for { $tunnel } already
    .command = see it with: adit rotate { $argument } show
error-rotation-not-answered = no peer of { $tunnel } has answered the new key, and with it the tunnel would go silent
    .advice = give the peers its public key
    .command = give the peers its public key (adit rotate { $argument } show), or finish all the same with --despite-silence
error-read-only = { $tunnel } lives in { $path }, which is not Adit's to remove
    .advice = remove that file, and the tunnel goes with it
error-unresolved = the address of { $host } was not found ({ $detail })
    .advice = check the name, and whether there is a network
error-no-permission = the Adit service was not permitted something ({ $doing })
    .advice = look at the log of the service
    .command = look with: systemctl status aditd
error-missing-tun-device = this computer has no /dev/net/tun, which every tunnel needs
    .command = load it with: sudo modprobe tun
error-missing-dns-backend = the tunnel has DNS servers, and the service cannot set them: systemd-resolved does not run, and without the rights of root and a writable /etc the service cannot use `resolvconf` or /etc/resolv.conf
    .advice = install systemd-resolved, run the service as root (docs/DAEMON.md), use `sudo adit up FILE` instead, or remove the DNS line
error-missing-packet-filter = the tunnel needs `nft`, which is not installed
    .advice = install the package nftables
error-io = { $doing } failed: { $detail }
error-too-many-look-ups = the name servers do not answer, and { $limit } previews wait for them already
    .advice = try again later
error-too-large = this is too large: at most { $limit } bytes can be carried
error-lockdown = { $tunnel } is down, and its lockdown lets nothing past it
    .advice = an administrator can end the lockdown
    .command = end the lockdown as an administrator with: sudo adit block { $argument } off
error-not-full-tunnel = { $tunnel } does not take all traffic, so lockdown would cut off the other traffic
    .advice = add 0.0.0.0/0 or ::/0 to AllowedIPs (and leave Table at auto), or end the lockdown
    .command = add 0.0.0.0/0 or ::/0 to AllowedIPs (and leave Table at auto), or end the lockdown with: sudo adit block { $argument } off
error-shutting-down = the Adit service is ending
    .advice = try again when it is back
error-internal = that is a defect of Adit
    .advice = see the log
    .command = see the log with: adit logs --level debug

## Conflicts
# $other is the name of another tunnel.

conflict-same-network = { $other } already takes { $network }
conflict-both-take-all = { $other } already takes all traffic
conflict-same-address = { $other } already has the address { $address }
conflict-same-port = { $other } already listens on UDP port { $port }
conflict-both-set-dns = { $other } already sets the computer's DNS servers
conflict-interface-exists = there is an interface { $interface } that another program made (where that was wg-quick: adit take-over { $interface })
conflict-local-network = the network that this computer is in ({ $interface }) has the addresses { $network } too
conflict-other-vpn = another VPN ({ $interface }) already takes all traffic

## The configuration

severity-note = note
severity-warning = warning
severity-error = error
# $key is a keyword such as "AllowedIPs: ", or nothing; $advice is " (what would be right)", or nothing.
diagnostic = line { $line }, column { $column }: { $severity }: { $key }{ $problem }{ $advice }

field-private-key = PrivateKey
field-listen-port = ListenPort
field-fw-mark = FwMark
field-addresses = Address
field-dns = DNS
field-mtu = MTU
field-table = Table
field-save-config = SaveConfig
field-hooks = commands
field-peer-added = new peer
field-peer-removed = removed peer
field-peer-name = name
field-preshared-key = PresharedKey
field-endpoint = Endpoint
field-further-endpoints = Further endpoints
field-allowed-ips = AllowedIPs
field-persistent-keepalive = PersistentKeepalive
field-text = text

# $subject is a field, or "field of peer".
change-of-peer = { $field } of { $peer }
change-peer-added = peer { $peer } is new
change-peer-removed = peer { $peer } is gone
change-hooks = other commands, to be approved again
change-text = comments, order and spaces only
change-both = { $subject }: { $before } -> { $after }
change-set = { $subject }: { $after } (was not set)
change-unset = { $subject }: not set (was { $before })
change-hidden = { $subject }: another

change-effect-none = changes nothing that runs
change-effect-live = at once
change-effect-restart = with the next start


## Problems of a configuration, and their corrections

# A quotation from the file. Nothing is quoted that could be a key.
quoted = `{ $text }`
quoted-hidden = (not shown, it could be a key)
# $code is the name of a problem that this version has no sentence for.
problem-unknown = a problem that this version does not know ({ $code })
problem-empty = the file is empty
problem-foreign = { $kind ->
    [openvpn] this is an OpenVPN profile, not a WireGuard configuration
    [ikev2_profile] this is an Apple profile for IKEv2 or IPsec, not a WireGuard configuration
    [apple_profile] this is an Apple configuration profile, not a WireGuard configuration
    [cisco_pcf] this is a profile of the Cisco IPsec client (.pcf), not a WireGuard configuration
    [strongswan] this is an IPsec configuration (strongSwan), not a WireGuard configuration
    [pem] this is a PEM file (a certificate or a key of another kind), not a WireGuard configuration
    [html] this is a web page, not a WireGuard configuration
    [xml] this is an XML file, not a WireGuard configuration
    [json] this is a JSON file, not a WireGuard configuration
    [wireguard_link] this is a wireguard:// link, not a WireGuard configuration
    [link] this is a link (URL), not a WireGuard configuration
    [zip] this is a zip archive, not a WireGuard configuration
    [tar] this is a tar archive, not a WireGuard configuration
    [compressed] this is a compressed file, not a WireGuard configuration
    [image] this is an image, not a WireGuard configuration
    [pdf] this is a PDF file, not a WireGuard configuration
    [program] this is a program, not a WireGuard configuration
   *[other] this is not a WireGuard configuration
}
problem-missing-interface = there is no [Interface] section
problem-too-many = too many complaints, the others are not shown
problem-outside-section = line must occur in a section
problem-missing-equals = config key is missing an equals separator
problem-semicolon-comment = `;` does not begin a comment
# $text is a quotation from the file.
problem-unknown-section = unknown section { $text }
problem-spaces-in-header = spaces inside a section header, which wg-quick does not recognise
# $first is the number of a line.
problem-repeated-interface = a second [Interface] (the first is on line { $first }); it is read as its continuation
problem-unknown-key = unknown key { $text }
problem-nameless-key = this looks like a cryptographic key, but no `NAME =` is before it
problem-wrong-section = this key is in the wrong section
# $name is a keyword, such as Jc.
problem-dialect = { $kind ->
    [amneziawg] { $name } belongs to AmneziaWG, which changes the packets; this is a client for WireGuard and cannot reach such a server
    [wiresock] { $name } is an option of WireSock, which selects the traffic of the tunnel; here it has no effect
    [android] { $name } has a meaning only on Android and is ignored here
   *[other] { $name } belongs to another program
}
problem-empty-value = the value is missing
problem-left-out = the value is missing; this line is ignored
problem-repeated-key = given again (first on line { $first }); this one counts
# $character is a character or, if it cannot be seen, its number.
problem-invisible = an invisible character ({ $character }) is read as a space
problem-line-break = a line break of another system ({ $character }) inside the line
problem-key = { $kind ->
    [length] invalid key: it has { $characters ->
        [one] 1 character
       *[other] { $characters } characters
    }, a key has 44
    [padding] invalid key: the `=` at its end is missing
    [alphabet] invalid key: it has a character that base64 does not have
    [url_safe] invalid key: it is in the URL-safe form of base64
    [hexadecimal] invalid key: it is in hexadecimal
    [not_canonical] invalid key: its last character before the `=` cannot be in a key, so that it is mistyped or cut
    [zero] invalid key: it is all zero
    [low_order] invalid key: it is one of the few with which there can be no secret
   *[other] invalid key
}
problem-mask = this stands for a saved key, and no key is saved for this place
# $maximum is the largest prefix length, 32 or 128.
problem-cidr = { $kind ->
    [empty] { $text }: empty
    [address] { $text }: not an IPv4 or IPv6 address
    [prefix] { $text }: the prefix length is not a number
    [netmask] { $text }: a netmask is not a prefix length
    [prefix_too_long] { $text }: the prefix length is larger than { $maximum }
   *[other] { $text }: not an address with a prefix length
}
problem-empty-item = two commas in a row, or one too many at an end
problem-endpoint = { $kind ->
    [empty] { $text }: empty
    [port_missing] { $text }: the port is missing
    [port] { $text }: the port is not a number from 1 to 65535
    [bracket] { $text }: the closing bracket is missing
    [ipv6] { $text }: not an IPv6 address
    [name_in_brackets] { $text }: brackets are for IPv6 addresses, not for names
    [ipv4] { $text }: not an IPv4 address
    [name_empty] { $text }: not a host name: it is empty
    [name_too_long] { $text }: not a host name: it has more than 253 characters
    [name_label] { $text }: not a host name: a part between two dots is empty, longer than 63 characters, or begins or ends with `-`
    [name_not_ascii] { $text }: not a host name: it has letters outside ASCII; write its xn-- form
    [name_character] { $text }: not a host name: the character '{ $character }' cannot be in it
    [zone] { $text }: not an interface after `%`
    [prefix] { $text }: an endpoint has no prefix length
    [url] { $text }: a URL is not an endpoint
   *[other] { $text }: not an endpoint
}
problem-no-first-endpoint = further endpoints at a peer without a first one, which other programs would use
problem-too-many-endpoints = more than 16 endpoints at one peer
problem-brackets = an IPv6 address without brackets; the last number is taken for the port
problem-number = { $kind ->
    [not_a_number] { $text } is not a number
    [range] { $text } is not between { $minimum } and { $maximum }
   *[other] { $text } cannot be used here
}
problem-table = { $kind ->
    [word] { $text }: neither `auto` nor `off` nor a number
    [range] { $text }: a routing table is a number from 1 to 4294967295
   *[other] { $text }: not a routing table
}
problem-boolean = { $text } is neither `true` nor `false`
problem-dns-server = { $text } is not an IP address
problem-search-domain = { $kind ->
    [name_empty] { $text } is not a search domain: it is empty
    [name_too_long] { $text } is not a search domain: it has more than 253 characters
    [name_label] { $text } is not a search domain: a part between two dots is empty, longer than 63 characters, or begins or ends with `-`
    [name_not_ascii] { $text } is not a search domain: it has letters outside ASCII; write its xn-- form
    [name_character] { $text } is not a search domain: the character '{ $character }' cannot be in it
   *[other] { $text } is not a search domain
}
problem-hook = { $kind ->
    [empty] empty
    [control] the control character '{ $character }' cannot be in a command
   *[other] this is not a command
}
problem-hash-in-hook = `#` is part of this command, but wg-quick would end the command there
problem-missing-private-key = an interface must have a private key
problem-private-key-from-hook = the interface has no PrivateKey until a command sets it
problem-missing-public-key = all peers must have public keys, and this one has none
problem-private-key-published = this is the interface's private key, which nobody else may know
problem-own-peer = this is the interface's own key; WireGuard ignores such a peer
problem-zero-preshared-key = a key of zeros is the same as none
problem-repeated-peer = the same peer as on line { $first }; as with wg, the settings here override the earlier ones, and the allowed IPs here replace the earlier ones
# $value is what is meant, such as 10.0.0.0/24.
problem-host-bits = host bits are set; it is taken for { $value }
problem-no-prefix = no prefix length; it is taken for { $value }
problem-allowed-ip-moved = { $network } belongs to the peer on line { $first } as well; this one, the later, gets it
problem-allowed-ip-repeated = { $network } is given twice
problem-incremental = `+` and `-` need wg 1.0.20250521 or later; older ones refuse the file
problem-nothing-to-remove = { $network } is not on the list, so that there is nothing to remove
problem-too-many-allowed-ips = more than 200,000 allowed IPs
problem-only-ipv4-default = all of IPv4 goes through the tunnel, but IPv6 does not
problem-only-ipv6-default = all of IPv6 goes through the tunnel, but IPv4 does not
problem-default-beside-others = { $others ->
    [one] this peer gets everything that the other peer has no narrower network for
   *[other] this peer gets everything that the { $others } other peers have no narrower network for
}
problem-unreachable = no peer has an Endpoint, and without ListenPort none can find this end
problem-search-without-server = search domains without a server, so they are not set (as in wg-quick)
problem-small-mtu = below 576 bytes, many programs fail
problem-mtu-too-small-for-ipv6 = IPv6 needs at least 1280 bytes; the system will turn it off on this interface
problem-shared-private-key = the tunnel { $tunnel } has this key too, and a peer of both takes them for one

advice-add-sections = a configuration has an [Interface] section and one [Peer] section per peer
advice-use-openvpn = OpenVPN needs its own client; ask the provider for a WireGuard configuration
advice-use-ipsec = IPsec needs another client; ask the provider for a WireGuard configuration
advice-unpack = unpack it first
advice-download-file = download the file itself, not the page around it
advice-ask-for-file = programs do not agree on such links; ask for the configuration as a .conf file or as its QR code
advice-follow-link = download the file behind it, or give the link itself to `adit import`
advice-add-section = put [Interface] or [Peer] above it
advice-add-equals = write NAME = VALUE, or begin the line with `#` to make it a comment
advice-begin-comment = begin the comment with `#`
# $suggestion is a section or a keyword, $section the section of that keyword.
advice-suggest-section = did you mean { $suggestion }?
advice-choose-section = the sections are [Interface] and [Peer]
advice-remove-spaces = remove the spaces
advice-suggest-key = did you mean { $suggestion } (in { $section })?
advice-name-key = write PrivateKey =, PublicKey = or PresharedKey = before it
advice-move-key = it belongs to { $section }
advice-remove-line = remove the line; AllowedIPs alone selects the traffic of the tunnel
advice-ask-for-plain-configuration = ask the provider for a plain WireGuard configuration
advice-add-value = give a value, or remove the line
advice-remove-one = remove one of them
advice-save-line-ends = save the file with Unix or Windows line ends
advice-add-padding = add the `=`
advice-replace-url-safe = write `+` for `-` and `/` for `_`
advice-write-base64 = write it in base64
advice-make-key = make one with `adit genkey`
advice-copy-private-key = copy the whole key: 44 characters, the last one `=`; `adit genkey` makes one
advice-copy-preshared-key = copy the whole key: 44 characters, the last one `=`; `adit genpsk` makes one
advice-copy-key = copy the whole key: 44 characters, the last one `=`
advice-write-masked-key = write the key itself, or put the line back to where it was
# $prefix is a prefix length.
advice-write-prefix = write /{ $prefix }
advice-write-shorter-prefix = write a prefix length from 0 to { $maximum }
advice-write-address = write it as in 10.0.0.2/32 or fd00::2/128
advice-write-network = write it as in 10.0.0.0/24, 0.0.0.0/0 or fd00::/64
advice-remove-comma = remove the comma
advice-add-port = add a port, as in vpn.example.org:51820 or [2001:db8::1]:51820
advice-remove-prefix = remove the `/` and the number behind it
advice-write-port = write the port as a number from 1 to 65535
advice-remove-brackets = write the name without brackets, as in vpn.example.org:51820
advice-write-first-endpoint = write the first one as Endpoint = host:port
advice-close-bracket = close the bracket, as in [2001:db8::1]:51820
advice-write-ipv6-endpoint = write it as in [2001:db8::1]:51820 or [fe80::1%eth0]:51820
advice-write-ascii-name = write the name in its xn-- form
advice-write-endpoint = write it as in vpn.example.org:51820 or 192.0.2.1:51820
advice-write-value = write { $value }
advice-write-comment = comments begin with `#`
advice-write-listen-port = write a number from 0 to 65535; 0 lets the system choose
advice-write-fwmark = write `off`, a number, or 0x and hexadecimal digits; at most 32 bits
advice-write-mtu = write a number from 68 to 65535, or leave the line out to have it found
advice-write-keepalive = write `off` or seconds from 1 to 65535
advice-write-table = write `auto`, `off`, or a number from 1 to 4294967295
advice-write-boolean = write `true` or `false`
advice-remove-dns-port = write { $value }: a resolver is always asked at port 53
advice-write-plain-dns-server = DNS over HTTPS and TLS cannot be set here; write the address of a server, such as 10.0.0.53
advice-write-dns-server = write an address such as 10.0.0.53, without port or prefix length
advice-write-search-domain = write a domain such as corp.example: letters, digits, `-` and `_`, with dots between
advice-add-private-key = add PrivateKey = …, made by `adit genkey`
advice-add-public-key = add PublicKey = …; ask the administrator of the peer for this key
advice-replace-private-key = put the other end's public key here; if this file was given away, make a new private key
advice-add-ipv6-default = add ::/0 unless that is wanted
advice-add-ipv4-default = add 0.0.0.0/0 unless that is wanted
advice-add-endpoint = add an Endpoint to a peer, or a ListenPort here
advice-add-dns-server = add the address of a DNS server
advice-move-comment = if it begins a comment, move that to its own line
advice-make-own-key = give each tunnel and each device a key of its own


## Files that cannot become a tunnel

# $code is the name of a reason that this version has no sentence for.
refusal-unknown = this cannot become a tunnel ({ $code })
refusal-too-large = the file has { $bytes } bytes; a configuration has at most 1 MiB
refusal-utf16 = the text is in UTF-16; save it as UTF-8
refusal-nul = line { $line }, column { $column }: a NUL byte cannot be in a configuration
refusal-not-utf8 = line { $line }, column { $column }: not UTF-8 (perhaps Latin-1 or Windows-1252); save the file as UTF-8
refusal-foreign = { problem-foreign }
refusal-not-configuration = this is not a WireGuard configuration, which has an [Interface] section
# The worst problem of a configuration. $key is a keyword such as "AllowedIPs: ", or nothing; $advice is " (what would be right)", or nothing.
refusal-errors = line { $line }, column { $column }: { $key }{ $problem }{ $advice }{ $others ->
    [0] {""}
    [one] {" "}(and 1 more complaint)
   *[other] {" "}(and { $others } more complaints)
}
refusal-name = { $kind ->
    [empty] a tunnel's name cannot be empty
    [too_long] a tunnel's name has at most 64 characters, this has { $characters }
    [invisible] the character '{ $character }' cannot be seen, or changes how others are seen; leave it out
    [like_a_path] a tunnel's name cannot begin with `-` or `.` nor have `/` or `\` in it
    [space] a tunnel's name cannot begin or end with a space
   *[other] no name can be made of the file's
}
refusal-archive-too-large = the archive has { $bytes } bytes; 16 MiB is the most that is taken
refusal-archive-too-many-entries = the archive has more than 10,000 entries; split it
refusal-archive-damaged = the archive is damaged or cut off; copy or download it again
refusal-archive-trailing = there is other data behind the archive; pack the files anew
refusal-archive-overlapping = entries of the archive overlap, which no honest program writes; pack the files anew
refusal-archive-unpacked = the archive unpacks to more than 64 MiB; split it
refusal-archive-missing = this is compressed, and there is no tar archive in it; unpack it first
refusal-archive-empty = there is no file in the archive
refusal-entry-path-too-long = the path of the entry is longer than 1,024 bytes
refusal-entry-encrypted = the entry is encrypted; unpack the archive with its password, and import the files
refusal-entry-not-a-file = the entry is a link or a device, not a file
refusal-entry-hidden = the entry is hidden: its name begins with a dot; rename it to have it imported
refusal-entry-same-name = an earlier entry of the archive has this name (capitals do not count); rename one
refusal-entry-nested = this is an archive inside the archive; unpack it first
refusal-entry-method = the entry is compressed by a method that is not known here; pack the files anew
refusal-entry-too-large = the entry unpacks to more than 1 MiB, which no configuration has
refusal-entry-bomb = the entry unpacks to more than 100 times its size, as a decompression bomb does
refusal-entry-damaged = the entry is damaged
refusal-picture-format = pictures of this kind cannot be read; save it as PNG, JPEG or WebP
refusal-picture-too-large = the picture has { $bytes } bytes; 10 MiB is the most that is taken: cut out the QR code
refusal-picture-too-many-pixels = the picture has { $width } x { $height } pixels, which is too many; cut out the QR code
refusal-picture-damaged = the picture is damaged or cut off; copy or download it again
refusal-picture-no-code = there is no QR code to be seen in the picture; it should be sharp, straight, and have a white margin
refusal-picture-unreadable = the QR code cannot be read; take a sharper picture of it, from straight ahead
refusal-picture-too-confusing = the picture is too confusing to look for a QR code in; cut out the code, with a white margin
refusal-not-base64 = the bytes of the file are not base64
refusal-pictures-too-many-pixels = the pictures have more than 160 megapixels together; import fewer at once
refusal-files-too-large = the files hold more than 64 MiB of configurations; import fewer at once
refusal-files-too-many = there are more than 1,000 files, or more than 32 MiB of them; the rest is left out, import it separately
refusal-file-too-large = the file is larger than 16 MiB, which is the most that is taken
refusal-file-unreadable = the file is not there, is no file, or may not be read
refusal-folder-empty = there is no .conf file in this folder
refusal-folder-too-many-files = there are more than 10,000 .conf files in this folder; import them in parts
refusal-folder-unreadable = the folder cannot be read: { $why }


## What bringing a tunnel up will do

preview-interface = would create the interface { $interface } with MTU { $mtu } ({ $source })
mtu-configured = as configured
mtu-route = from the route to the peers
mtu-assumed = assumed, as there is no route to the peers

# Labels are at most nine letters long.
preview-label-address = address
preview-label-port = listens
preview-port = UDP port { $port }
preview-label-peer = peer
preview-peer = { $name } at { $endpoint }
preview-peer-found = { $name } at { $endpoint }, which is { $address }
preview-peer-not-found = { $name } at { $endpoint }, which is not known at this moment
preview-peer-waits = { $name }, which has to begin
preview-more-peers = and { $count ->
    [one] one more peer
   *[other] { $count } more peers
}
preview-more-effects = and { $count ->
    [one] one more change
   *[other] { $count } more changes
}

# $detail says by which means this system does it, in English.
effect-label-route = route
effect-route = { $network } ({ $detail })
# $except is nothing, or what effect-except says.
effect-takes-all-ipv4 = all IPv4{ $except } ({ $detail })
effect-takes-all-ipv6 = all IPv6{ $except } ({ $detail })
effect-except = , except to { $networks }
effect-private-networks = private networks that are here
effect-endpoints-outside = { $networks }, encrypted packets excepted ({ $detail })
effect-label-dns = DNS
effect-dns = { $servers } ({ $by })
effect-dns-only = { $servers } for names in { $domains } alone ({ $by })
effect-dns-by = by { $detail }
effect-dns-impossible = NOTHING here can set it, so the tunnel will not come up
effect-label-search = search
effect-label-firewall = firewall
effect-addresses-guarded = drops packets for the tunnel's addresses that arrive over other interfaces
effect-answers-accepted = lets the peers' answers through strict reverse path filtering
effect-kill-switch = lets nothing out that does not go through the tunnel
effect-label-runs = runs
effect-label-not-run = not run
effect-command-hidden = (hidden; see it with sudo)

## Warnings about a tunnel

warning-ipv6-outside = IPv6 leaves PAST this tunnel, because that is allowed (or this computer has no IPv6); AllowedIPs has 0.0.0.0/0 but not ::/0
warning-ipv6-closed = IPv6 is closed while the tunnel is up: AllowedIPs has 0.0.0.0/0 but not ::/0
    .advice = Add ::/0 to send IPv6 through the tunnel, or let it leave past the tunnel
    .command = Add ::/0 to send IPv6 through the tunnel, or let it leave past the tunnel with: sudo adit ipv6 { $argument } allow
    .option = Add ::/0 to send IPv6 through the tunnel, or let it leave past the tunnel with --allow-ipv6
warning-ipv4-outside = IPv4 goes PAST this tunnel: AllowedIPs has ::/0 but not 0.0.0.0/0
    .advice = Add 0.0.0.0/0 to send it through
warning-no-firewall = nft is not installed, so packets for the tunnel's addresses are accepted from other interfaces, and strict reverse path filtering drops the peers' answers
    .advice = install nftables
warning-hooks-not-approved = the commands are not approved, so it will not come up
    .advice = read and approve them
    .command = read them with: adit approve { $argument }
warning-hooks-in-sh = bash is not installed, so the commands run in sh: syntax of bash alone, such as <(...) and [[ ... ]], fails
    .advice = install bash
warning-search-without-server = DNS has search domains ({ $domains }) but no server, so they are not set (as in wg-quick)
warning-split-dns-left-out = this computer cannot ask the tunnel's DNS servers for { $domains } alone, so they are asked for ALL names
    .advice = systemd-resolved can do it, and openresolv with dnsmasq or unbound
warning-mtu-too-large = MTU = { $mtu } is too large for the path to the peer: packets of that size are lost
    .advice = Write MTU = { $fits }, or remove the line
warning-ipv6-left-out = the tunnel has no IPv6 here and comes up with IPv4 alone, because { $because }
warning-unresolved = the address of { $host } was not found just now; it will be looked up again
warning-not-looked-up = the address of { $host } is not looked up for observers
warning-file-readable-by-others = others can read { $path }, which has keys in it
    .advice = let its owner alone read it
    .command = put that right with: chmod 600 { $path }

## Why packets take a route

route-narrowest = { $network } is the narrowest network that has it
# $detail is in English, for experts.
route-takes-all = the tunnel takes everything ({ $detail })
route-private-network = { $network } is a local network, and stays outside while a tunnel takes everything else
route-own-address = it is this computer itself
route-no-tunnel = no tunnel that is up has it
# Where packets to the address $ip go, and why.
route-through = { $ip } goes through { $tunnel } to its peer { $peer }: { $why }
route-outside = { $ip } goes past all tunnels: { $why }
route-outside-over = { $ip } goes past all tunnels over { $interface }: { $why }
route-no-peer = { $ip } goes into { $tunnel } and is dropped there: no peer has it in its AllowedIPs
route-other = could go through { $tunnel } to its peer { $peer }, which has { $network }


## What lists and `adit status` show of a tunnel
# Where the window shows the same fact, its label ("Endpoint", "Kill switch" ...) serves here too. In English, labels have at most 13
# letters.

status-label-addresses = Addresses
status-label-also-tries = Also tries
status-label-at-start = At start
status-label-commands = Commands
status-label-conflict = In conflict
status-label-differs = Differs
status-label-file = File
status-label-handshake = Handshake
status-label-ipv6 = IPv6
status-label-key = Key
status-label-lan = LAN
status-label-namespace = Namespace
status-label-note = Note
status-label-port = UDP port
status-label-preshared-key = Preshared key
status-label-private-key = Private key
status-label-problem = Problem
status-label-rate = Rate
status-label-received = Received
status-label-reminder = Reminder
status-label-retry = Tried again
status-label-routing-loop = Routing loop
status-label-sent = Sent
status-label-since = Since
status-label-state = State
status-label-up = Up
status-label-warning = Warning
status-label-why = Why

# Each stands behind its label.
status-no-tunnels = There are no tunnels
    .command = import some with: adit import FILE
status-key-age = at least { $span } old
status-key-age-old = at least { $span } old, which is time for a new one
status-key-asked = asked for at each start; the service does not keep it
# $key is the short form of its public key.
status-new-key = { $key } waits, made { $ago }
status-starts-at-boot = comes up with the computer
status-stays-off = stays off
status-lan-allowed = allowed
status-lan-blocked = blocked
status-ipv6-outside = may leave outside the tunnel if it takes all of IPv4 and none of IPv6
status-reminder = when a key is { $days ->
    [one] { $days } day
   *[other] { $days } days
} old
status-hooks-approved = approved
status-hooks-not-approved = not approved
    .command = read and approve them with: adit approve { $argument }
status-unusable = the configuration has errors
    .command = see: adit edit { $argument }
status-retry-in = in { $span }
status-no-retry = not automatically
status-up-for = for { $span }
status-other-namespace = the interface was moved to another network namespace; encrypted packets leave from this one
status-data-path = { $queues ->
    [one] { $queues } queue
   *[other] { $queues } queues
}; offloads: { $offloads }
status-data-path-plain = { $queues ->
    [one] { $queues } queue
   *[other] { $queues } queues
}, no offloads
status-offload-tun-tcp = TCP segments
status-offload-tun-udp = UDP segments
status-offload-send = send batches
status-offload-receive = receive batches
status-routing-loops = { $count ->
    [one] { $count } encrypted packet came back into the tunnel and was dropped
   *[other] { $count } encrypted packets came back into the tunnel and were dropped
}: the route to a peer's endpoint leads through the tunnel
    .command = Remove the route or rule that sends it there; see: ip route get ENDPOINT
status-differs = the running tunnel differs from its saved configuration
    .command = apply the configuration with: adit reload { $argument }
status-peer-from-outside = is not in the configuration; another program added it
status-endpoint-none = none; waits for the peer to begin
status-endpoint-resolved = { $endpoint }, which is { $address }
status-endpoint-moved = { $address }, has moved (configured: { $endpoint })
status-more-networks = and { $count } more
status-preshared-key-set = set
status-keepalive = every { $seconds } s
status-more-peers = { $count ->
    [one] { $count } more peer
   *[other] { $count } more peers
}
    .command = see { $count ->
        [one] it
       *[other] them
    } with: adit status --all-peers { $argument }


## Versions of a configuration, and a new key

version-line = { $ago }, { $origin }
version-line-current = { $ago }, { $origin } (current)
version-imported = imported
version-edited = edited
version-restored = version { $version } again
version-rotated = a new key
version-saved = saved as it ran

rotation-answered = { $peer }: knows the new key
rotation-silent = { $peer }: does not answer the new key
rotation-not-asked = { $peer }: has no endpoint, and could not be asked


## Events

event-added = { $tunnel } is new
event-changed = { $tunnel }: { $state }
event-removed = { $tunnel } is removed
event-traffic = { $tunnel }: { $traffic }
event-key-old = { $tunnel }: its key is old; give it a new one
event-preshared-key-old = { $tunnel }: its preshared key with { $peer } is old; give both a new one

## On-demand rules
error-no-such-rule = there is no rule { $number }
error-network-none = the computer is in no network now, so no rule can recognize it
error-network-nothing-known = nothing is known about this network that distinguishes it from others
error-network-gateway-unknown = the gateway of this Wi-Fi network has not answered yet, and its name alone proves nothing; try again in a moment
event-rules-changed = the rules, or the networks that they look at, have changed
log-rules-set = { $by } replaced the rules (revision { $revision })
log-rules-broken = the stored rules cannot be used, so the most protective ones hold: { $error }
log-rules-acted = { $source }, in { $networks }: { $action }; kill switch: { $switch }
log-rule-not-carried-out = what the rules want could not be carried out: { $error }
log-choice-on = turned on by hand; the rules respect that until the network changes
log-choice-off = turned off by hand; the rules respect that until the network changes
log-choice-ended = the rules decide again
log-rules-paused = the rules are paused until the network changes
log-rules-paused-for = the rules are paused for { $span }
log-rules-resumed = the pause of the rules is over
log-auto-off-reached = goes down because its time is over
log-next-endpoint-tried = the server does not answer, so its next address is tried
log-endpoint-chosen = the tunnel uses this endpoint now: { $endpoint }
log-routing-changed = carries other networks now, with the same session
log-networks-unknown = the networks cannot be observed, so the most protective consequence of the rules holds: { $error }
rules-none = there are no rules
rules-source-rule = rule { $number }
rules-source-named = rule { $number } ({ $name })
# The rule that decides: its number, and its name or conditions.
rules-reason = rule { $number }: { $what }
rules-reason-otherwise = the default, because no rule matches
rules-source-otherwise = the default
rules-source-fail-secure = the rules have no default, so what protects most
rules-up = up: { $tunnels }
rules-down = no tunnel of the rules is up
rules-leave = all tunnels stay as they are
rules-with-mode = { $tunnel } ({ $mode })
rules-mode-everything = everything
rules-mode-except-lan = everything except this LAN
rules-mode-private = private ranges
rules-mode-only = only { $networks }
rules-kill-switch-off = off
rules-kill-switch-when-untrusted = only when untrusted
rules-kill-switch-always = always
rules-as-tunnel = as each tunnel is set
rules-switch-open = open
rules-switch-closed = closed
rules-verdict-matched = matches
rules-verdict-not-matched = does not match
rules-verdict-unknown = unknown
rules-seen-no-facts = nothing is known about the networks
rules-seen-no-network = in no network
rules-seen-network = in a network
rules-seen-nothing = none
rules-no-known-network = no known network
rules-seen-yes = yes
rules-seen-no = no
rules-seen-home-not-asked = nobody has asked yet
rules-seen-home-no-answer = nobody answered
rules-uncertain = not every fact is known, so the most protective possibility holds
rules-missing = these tunnels do not exist: { $tunnels }
rules-decided = { $source }: { $action }; kill switch: { $switch }
rules-pending = in { $span }: { $action }; kill switch: { $switch }
rules-choice-on = { $tunnel } was turned on by hand; the rules decide again in the next network
rules-choice-off = { $tunnel } was turned off by hand; the rules decide again in the next network
rules-at-the-latest = { $line } (at the latest in { $span })
rules-auto-off = { $tunnel } goes down in { $span }
rules-failing = the server of { $tunnel } does not answer
rules-broken = the stored rules cannot be read, so the most protective ones hold; replace them
problem-rule-unknown-statement = { $text } begins no rule and no setting
problem-rule-expected = { $kind ->
    [condition] a condition
    [and_or_then] `and` / `then`
    [action] `up`, `down` / `leave`
    [tunnel_name] the name of a tunnel
    [kill_switch] `kill switch`
    [kill_switch_setting] `always`, `only when untrusted` / `off`
    [wifi_name] the name of a Wi-Fi network in quotation marks
    [mac] a hardware address
    [network] a network
    [suffix] a DNS suffix
    [public_key] a public key
    [window] a time window
    [seconds] a time
    [step] `next endpoint`, `up` / `down`
    [when] `when`
   *[word] `{ $word }`
} is expected here, { $found ->
    [end] and the line ends
   *[other] not { $text }
}
problem-rule-leftover = the rule is complete, and { $text } is left over
problem-rule-unknown-condition = there is no condition { $text }
problem-rule-unclosed = the second quotation mark is missing
problem-rule-typographic-quote = { $character } is not the quotation mark of this language
problem-rule-escape = a backslash in a name stands before `\`, `"`, or `x` and two hexadecimal digits
problem-rule-pattern = { $kind ->
    [empty] a pattern cannot be empty; `*` stands for every name
    [escape] after a backslash, `*`, `?`, `!`, `"`, `\` or `x` and two hexadecimal digits can stand
   *[too_long] a Wi-Fi name has at most 32 bytes, and this needs { $bytes }
}
problem-rule-mac = { $text } is not a hardware address
problem-rule-host-bits = this is the address of a host, not a network
problem-rule-suffix = { $text } is not a DNS suffix
problem-rule-public-key = this is not a public key
problem-rule-window = { $kind ->
    [time] { $text }: a time is between 00:00 and 24:00
    [empty] { $text }: the window begins and ends at the same time
   *[form] { $text } is not a time window
}
problem-rule-seconds = { $kind ->
    [range] { $text }: a time is at least 5 s and at most 168 h
   *[form] { $text } is not a time
}
problem-rule-name = { $kind ->
    [empty] a name cannot be empty
    [too_long] a name has at most 64 characters, this has { $characters }
    [invisible] the character { $character } cannot be seen, or changes how others are seen
   *[space] a name cannot begin or end with a space
}
problem-rule-repeated = this is said for the second time (first on line { $first })
problem-rule-after-otherwise = this rule is never reached: `otherwise` on line { $first } matches everywhere
problem-rule-label = only rules have a name
problem-rule-too-many = there are more errors, which are not shown
problem-rule-name-alone = this rule trusts a Wi-Fi network by its name alone, which anybody can use
problem-rule-any-network = this rule trusts networks that it does not know
problem-rule-relaxes-on-open = this rule protects less on Wi-Fi without a password
problem-rule-never-reached = this rule is never reached: that on line { $first } matches wherever this one does
problem-rule-never-matches = the conditions exclude each other, so this rule never matches
problem-rule-tunnel-unknown = there is no tunnel { $tunnel }
problem-rule-no-default = the rules do not say what holds if none matches, and no tunnel could be up instead
advice-rule-did-you-mean = did you mean `{ $suggestion }`?
advice-rule-begin-line = a line begins with one of `when`, `otherwise`, `kill switch`, `without answer`, `manual choice`
advice-rule-choose-condition = the conditions are `wifi`, `wifi "NAME"`, `wifi open`, `ethernet`, `cellular`, `other network`, `bssid`, `gateway`, `subnet`, `dns suffix`, `metered`, `time`, `other vpn`, `home probe`, `no network`, each also after `not`
advice-rule-expected = write for example `when wifi "Home" and gateway aa:bb:cc:dd:ee:ff then down`
advice-rule-join = join conditions with `and`, and write `, kill switch …` at the end
advice-rule-quote = write `"` before and after the name
advice-rule-double-backslash = write `\\` for a backslash
advice-rule-write-mac = write six pairs of hexadecimal digits, such as `aa:bb:cc:dd:ee:ff`
advice-rule-write-suffix = write a domain, such as `corp.example`
advice-rule-write-public-key = write 44 characters of base64, the last one `=`
advice-rule-write-window = write days, such as `mon-fri`, times, such as `22:00-06:00`, or both
advice-rule-write-seconds = write a number and a unit, such as `30 s`, `5 min` or `2 h`
advice-rule-move-up = move it above that line
advice-rule-remove-label = remove the name and its colon
advice-rule-add-proof = add the hardware address of the gateway, or the home probe
advice-rule-add-default = write what holds then: `otherwise up TUNNEL`


## Tunnels of wg-quick
# $service is a unit of systemd, such as wg-quick@wg0.service.

takeover-off = off
takeover-off-boots = off, and { $service } comes up with the computer
takeover-up = up, by wg-quick
takeover-up-boots = up, by wg-quick, and { $service } comes up with the computer
takeover-by-service = up, by { $service }
takeover-by-service-boots = up, by { $service }, which comes up with the computer


## What two reports of one tunnel show
# $end and $from are "here" for this end of the tunnel, "there" for the other one.

finding-same-key = both ends have the same public key: these are two reports of one end, or one private key is used at both, where each needs its own
finding-not-up = { $end ->
    [here] this end
   *[there] the other end
} is not up
finding-no-key = { $end ->
    [here] this end
   *[there] the other end
} has no private key of its own in its configuration
# $keys are public keys.
finding-unknown-key = { $end ->
    [here] this end does not know the public key of the other end
   *[there] the other end does not know the public key of this end
} (it has { $keys }); its [Peer] needs: PublicKey = { $key }
finding-unknown-key-no-peer = { $end ->
    [here] this end does not know the public key of the other end
   *[there] the other end does not know the public key of this end
} (it has no peer at all); its [Peer] needs: PublicKey = { $key }
finding-preshared-key-on-one-end = { $end ->
    [here] this end has a preshared key and the other end has none
   *[there] the other end has a preshared key and this end has none
}: both need the same, or both none
finding-same-address = both ends have the address { $addresses } in the tunnel; each needs its own
finding-no-endpoint = neither end knows where the other one is, so that none can begin: one needs an Endpoint, and the other one a ListenPort that is reached from outside (a router in front of it has to forward that UDP port). Where both are behind routers that nobody can set, as with addresses in 100.64.0.0/10, a third computer that both reach has to carry the packets
finding-preshared-keys-differ = handshakes arrive and do not authenticate, and the public keys fit: the preshared keys are probably not the same; make one with adit genpsk and set it at both ends
finding-clocks = by the clocks of the two ends, the reports were made { $span } apart: if that was at the same time, one of the clocks is wrong
finding-mtu = the MTU is { $here } here and { $there } there; where large packets get stuck, set { $smaller } at both
finding-address-not-allowed = { $from ->
    [here] the other end drops what this end sends
   *[there] this end drops what the other end sends
} from its address, and sends nothing there: the AllowedIPs of that peer lack { $addresses }
finding-stale-timestamp = { $from ->
    [here] the other end refuses handshakes that are older than an earlier one: the clock of this end was probably set back; set it right, or restart the tunnel of the other end
   *[there] this end refuses handshakes that are older than an earlier one: the clock of the other end was probably set back; set it right, or restart the tunnel of this end
}
finding-port = { $from ->
    [here] this end sends to UDP port { $port }, and the other end listens at { $listens }
   *[there] the other end sends to UDP port { $port }, and this end listens at { $listens }
}: right only where a router in between forwards the one to the other
finding-keepalive = { $from ->
    [here] the other end is behind a router that translates (it is seen at { $endpoint } and listens at { $listens }): if this end has to be able to begin, set PersistentKeepalive = 25 at the other end
   *[there] this end is behind a router that translates (it is seen at { $endpoint } and listens at { $listens }): if the other end has to be able to begin, set PersistentKeepalive = 25 at this end
}
# $sent is a size such as "1.50 MiB", or what finding-sent-to says.
finding-sent-to = { $sent } to { $endpoint }
finding-nothing-arrives = { $from ->
    [here] this end has sent { $sent }, and nothing of it reached the other end: that address or port is not the right one, a firewall on the way lets no UDP through, or a router in front of the other end does not forward the port
   *[there] the other end has sent { $sent }, and nothing of it reached this end: that address or port is not the right one, a firewall on the way lets no UDP through, or a router in front of this end does not forward the port
}
finding-dropped = { $from ->
    [here] this end has sent { $sent }, and the other end took nothing of it, but dropped messages in the last hour
   *[there] the other end has sent { $sent }, and this end took nothing of it, but dropped messages in the last hour
}: { $reasons }
# $reason is a code such as unknown_peer.
finding-drop-count = { $reason } { $count ->
    [one] once
   *[other] { $count } times
}
finding-none = The two ends fit together, and packets go both ways.
finding-none-else = Nothing else is wrong between the two ends.

## Lines of the log
# Most stand after the name of the tunnel in brackets: "[office] could not be brought up: …".
# $peer is the short form of a public key; $error is another sentence, or what the system says, in English.

# How many lines like this one are left out before it.
log-left-out = { $line } (and { $count } before that are not shown)

log-daemon-started = the Adit service { $version } has started
log-daemon-ended = the Adit service has ended
log-store-finding = { $file } is not used: { $what }
log-tunnel-broken = a tunnel cannot be read: { $error }
log-file-unusable = { $file } cannot be used: { $error }
log-file-gone = removed, because its file { $file } is gone

log-imported = imported
log-exported = handed out, with its keys, to { $to }
log-removed = removed
log-config-replaced = has another configuration, version { $version }
log-reloaded = runs as version { $version } of its configuration says
log-saved = the running settings were written into its configuration, version { $version }
log-not-saved = the running settings could not be written into its configuration: { $error }
log-taken-over = taken over from wg-quick
log-given-back = did not come up, and was given back to wg-quick: { $error }
log-not-given-back = could not be given back to wg-quick: { $error }

log-key-forgotten = its private key is not kept any more, and is asked for
log-key-old = its key is older than { $days ->
    [one] { $days } day
   *[other] { $days } days
}
log-preshared-key-old = its preshared key with { $peer } is older than { $days ->
    [one] { $days } day
   *[other] { $days } days
}
log-rotation-begun = a new key was made, and waits
log-rotation-finished = has its new key

log-hooks-approved = its commands were approved by { $by }
log-hooks-not-run = its commands are not run
log-hooks-in-sh = bash is not installed, so its commands run in sh
log-command-runs = runs a command of the configuration

log-connecting = being brought up
log-restarting = being restarted
log-tried-again = tried again
log-up = up
log-down = down
log-paused = paused
log-not-up = could not be brought up: { $error }
log-not-restored = could not be brought up again: { $error }
log-not-kept = its state could not be saved: { $error }
log-taking-back = undoes: { $step }
log-not-taken-back = something could not be undone: { $error }
log-removed-from-outside = another program removed its interface
log-interface-moved = the interface was moved to another network namespace; its routes, resolvers and packet filter here are taken back
log-interface-back = the interface is back from another network namespace; all is set again
log-leftovers-removed = removed settings that an earlier run left behind: { $what }
log-leftovers-stay = settings that an earlier run left behind could not be removed: { $error }

undone-pre-up = PreUp
undone-interface = the interface
undone-engine = WireGuard
undone-firewall = the packet filter
undone-routes = routes
undone-dns = DNS servers
undone-post-up = PostUp

log-search-without-server = DNS has search domains ({ $domains }) but no server, so they are not set
log-split-dns-left-out = this computer cannot ask the tunnel's DNS servers for { $domains } alone, so they are asked for all names
log-ipv6-left-out = has no IPv6 here and comes up with IPv4 alone, because { $because }
log-ipv6-outside = IPv6 goes past the tunnel: AllowedIPs has 0.0.0.0/0 but not ::/0
log-ipv6-closed = IPv6 is closed while the tunnel is up: AllowedIPs has 0.0.0.0/0 but not ::/0
log-mtu-too-large = its MTU of { $mtu } is too large for the path to the peer, through which { $fits } fit
log-no-firewall = nft is not installed, so nothing guards the tunnel's addresses

log-resolving = looks up { $name }
log-resolver-not-ready = { $endpoint }: { $error }; tried again in { $span }
log-endpoint-moved = the name of peer { $peer } has another address now: { $endpoint }
log-endpoint-unknown = the name of peer { $peer } could not be looked up again: { $error }

log-handshake-sent = asks peer { $peer } for a handshake
log-handshake-sent-again = no reply; asks peer { $peer } for a handshake again (attempt { $attempt })
log-handshake-answered = peer { $peer } has answered: there is a new session
log-handshake-asked-for = peer { $peer } asked for a handshake: there is a new session
log-handshake-given-up = peer { $peer } has not answered for 90 s; the next packet for it asks again
log-handshake-dropped = a message from { $from } is dropped: { $reason }
log-cookie-received = peer { $peer } is under load and asks to try again with a cookie
log-peer-silent = peer { $peer } has not answered for 15 s
log-peer-moved = peer { $peer } is heard from { $endpoint } now
log-no-answer = peer { $peer } has not answered for { $span }; the tunnel carries nothing there
log-answers-again = peer { $peer } answers again, after { $span }

dropped-message-type = it is not a WireGuard message
dropped-message-length = no WireGuard message has that length
dropped-mac1 = it is not made for this end's public key (bad mac1): the other end has another public key for this one
dropped-cookie-required = this end is under load and asked the sender to try again with a cookie
dropped-rate-limited = this end is under load, and had too many handshakes from that address
dropped-no-private-key = this end has no private key
dropped-unknown-index = it answers no handshake of this end (unknown receiver index): it may have come too late
dropped-cookie = its cookie answers nothing that was sent (bad cookie)
dropped-handshake = it does not authenticate: the keys do not fit, or the preshared keys are not the same; the other end may also have answered late
dropped-low-order-point = it has a public key of low order
dropped-unknown-peer = its sender is no peer of this tunnel (unknown peer): add the other end's public key here, or correct it
dropped-replayed-initiation = it is older than an earlier one (stale timestamp): it was replayed, or the clock of the other end was set back
dropped-initiation-flood = it came too soon after the last one of that peer

# What a tunnel dropped, with a count beside it: packets from the network, or from this computer.
drop-message-type = received: not a WireGuard message
drop-message-length = received: a message of a length that no WireGuard message has
drop-mac1 = received: a message that was not made for this end's public key (bad mac1)
drop-cookie-required = received under load: a message without a valid cookie; the sender was asked to try again with one
drop-rate-limited = received under load: too many handshakes from one address
drop-no-private-key = received: a handshake while this end had no private key
drop-unknown-index = received: a message for a session that this end does not have (unknown receiver index)
drop-cookie = received: a cookie for a message that this end did not send
drop-handshake = received: a handshake that does not authenticate; the keys do not fit, or the preshared keys differ
drop-low-order-point = received: a public key of low order
drop-unknown-peer = received: a handshake from a key that is no peer of this tunnel
drop-replayed-initiation = received: a handshake that is older than an earlier one (stale timestamp)
drop-initiation-flood = received: handshakes of one peer in too quick succession
drop-session-expired = received: data on a session that is too old
drop-counter-exhausted = received or to be sent: a packet of a session that has used up its message counter
drop-decrypt = received: data that does not authenticate
drop-replay = received: data that was received before, or much too late
drop-inner-packet = received or to be sent: data that is no IP packet
drop-source-not-allowed = received: a packet from an address that is not among the peer's allowed IPs
drop-congestion = received: a packet with a congestion mark that its sender would not understand
drop-no-route = to be sent: a packet to an address that is among no peer's allowed IPs
drop-no-endpoint = to be sent: a packet to a peer whose endpoint is not known
drop-routing-loop = to be sent: an encrypted packet of this tunnel that a route led back into it
drop-queue-full = to be sent: a packet that waited for a handshake with too many others
drop-handshake-timeout = to be sent: a packet to a peer that did not answer the handshake

log-network-changed = the network of this computer has changed
log-path-changed = the network has changed: asks { $peers ->
    [one] one peer for a new session
   *[other] { $peers } peers for new sessions
}
log-mtu-changed = its MTU follows the network: { $to } instead of { $from }
log-cannot-follow-network = a change of the network could not be followed: { $error }
log-local-networks-unknown = the local networks that stay reachable could not be brought up to date: { $error }

log-closed = the kill switch is closed
log-opened = the kill switch is open
log-not-closed = the kill switch could not be closed: { $error }
log-not-opened = the kill switch could not be opened: { $error }
log-kill-switch-off = its kill switch is set to off
log-kill-switch-block = its kill switch is set to block; local networks are blocked too
log-kill-switch-block-lan = its kill switch is set to block; local networks stay reachable
log-kill-switch-lockdown = its kill switch is set to lockdown; local networks are blocked too
log-kill-switch-lockdown-lan = its kill switch is set to lockdown; local networks stay reachable
log-ipv6-allowed-outside = IPv6 may leave past it
log-ipv6-kept-inside = IPv6 may not leave past it
log-stays-blocked = the kill switch of { $interface } stays closed, though no tunnel that can be read has it
log-kill-switches-unknown = the kill switches that are closed could not be found out: { $error }
log-early-opened = the kill switch of { $interface }, closed at boot, is open
log-early-not-kept = the kill switches for boot could not be saved: { $error }
log-peer-shut-out = the kill switch blocks a peer that moved: { $error }

log-put-back = another program removed its { $what }; restored
log-not-put-back = a setting that another program removed could not be restored: { $error }
log-fought-with = another program removed its settings { $times } times in 10 s: only the kill switch is restored at once
log-unguarded = changes by other programs are not noticed: { $error }

setting-kill-switch = kill switch
setting-packet-filter = packet filter
setting-addresses = addresses
setting-routes = routes
setting-rules = routing rules
setting-resolvers = DNS servers

# A line of another version's log: its code and its values.
log-other = { $name }{ $fields }

## The tray and notifications
# Whole labels and sentences, with large letters and full stops.

tray-away = The Adit service is not running
tray-not-permitted = No access to the Adit service
tray-no-answer = The Adit service does not answer
tray-empty = There are no tunnels yet
tray-off = No tunnel is on
# $text is one of those above, or the name and the state of a tunnel.
tray-status = Status: { $text }
# $state is one of those above.
tray-line = { $tunnel }: { $state }
tray-addresses = Addresses: { $addresses }
tray-tunnel = { $tunnel } – { $state }
tray-tunnels = Tunnels
tray-pauses = Pause
tray-pause = Pause { $tunnel } for { $span }
tray-resume = Resume { $tunnel }
tray-resume-in = Resume { $tunnel } ({ $span } left)
# What the on-demand rules do with the tunnel of the status. $reason is the rule that decides, or the default.
tray-by-rules = { $is ->
    [on] On
   *[off] Off
} – { $reason }
tray-manual = By hand – the rules decide again in the next network
tray-manual-for = By hand – the rules decide again in { $span } at the latest
tray-rules-paused = Rules paused until the network changes
tray-rules-paused-for = Rules paused for { $span } more
tray-resume-rules = Follow the rules again
tray-manage = Manage tunnels…
tray-import = Import tunnels from files…
tray-about = About…
tray-quit = Quit (tunnels stay as they are)

consent-screen = Look at the screen for a QR code?
consent-screen-more = Put the QR code where it is not covered. Adit looks at the whole screen once, in its own process, and keeps no picture.
consent-screen-yes = Look now
consent-camera = Let Adit use the camera?
consent-camera-more = Adit looks for QR codes in the pictures, in its own process, and keeps none of them. This holds until Adit is closed.
consent-camera-yes = Use the camera
consent-no = Cancel

notice-up = { $tunnel } is on
notice-down = { $tunnel } is off
notice-failed = { $tunnel } could not be turned on
# A rule changed the routing mode. $mode is one of those above, such as `everything`.
notice-rule-mode = { $tunnel } now carries: { $mode }
notice-silent = { $tunnel }: no answer for { $span }
    .body = The tunnel is on, but what goes into it does not arrive.
notice-answers = { $tunnel } answers again
notice-blocked = { $tunnel } is blocked
    .body = Nothing leaves this computer until the tunnel is up or you turn it off.
notice-key-old = { $tunnel }: the key is { $span } old
    .body = A new key can be made on the page of the tunnel.
notice-preshared-key-old = { $tunnel }: a preshared key is { $span } old
    .body = A new one can be set at both ends.
notice-refused = { $tunnel } was not switched
# The action of a click on a notification. Few desktops show it.
notice-action = Show the tunnel

# Titles of dialogs for files.
dialog-export = Save the configuration of { $tunnel }
dialog-export-all = Save all configurations
dialog-backup = Save the backup
dialog-choose-backup = Choose a backup
dialog-import-files = Import tunnels
dialog-import-folder = Import the .conf files of a folder

# The home probe.
home-yes = this is home: the owner of { $key } answered on { $interface }
home-no-answer = not home: nobody answered on { $interface }
home-forged = not home: what was answered on { $interface } proves nothing
home-elsewhere = not home: the answer on { $interface } came from another network
home-passed-on = not home: somebody on { $interface } passed the question on from another address
home-serves = answering on { $interfaces }, UDP port { $port }; Ctrl-C ends it
home-waits = this computer is in no network; answering as soon as it is in one
home-clock = no answer to { $address }: its clock differs by { $seconds } s, and at most 300 s are allowed
home-too-many = no answer to { $address }: too many questions

## The window
# What the window alone says, written as it is shown. `ui/tests` checks that each message is used.

ui-connecting = Looking for the Adit service…
ui-loading = Loading…
ui-tunnels = Tunnels
ui-pages = Pages
ui-log = Log
ui-settings = Settings
ui-back = Back
ui-more = More actions
ui-cancel = Cancel
ui-done = Done
ui-show = Show
ui-save = Save
ui-dismiss = Dismiss
ui-never = Never
ui-none = none
ui-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
ui-name = Name
ui-not-known = Not known
ui-copy = Copy the { $what }
ui-copied = Copied the { $what }
ui-copy-failed = The clipboard is not available
# What is copied: each stands after "Copy the".
ui-what-public-key = public key
ui-what-command = command
ui-what-peer-section = peer section
ui-unreachable = The Adit service does not answer.

# The service cannot be reached: why, and what to do. A command follows the texts that end with a colon.
ui-away-not-running = The Adit service is not running
ui-away-not-running-text = Adit’s window shows and controls tunnels; a service in the background carries them. Start it in a terminal:
ui-away-not-permitted = You may not use the Adit service
ui-away-not-permitted-text = The service runs, and does not let this user in. Join the group of its operators in a terminal, then log out and in again:
ui-away-service-older = The Adit service is older than this window
ui-away-service-older-text = They do not understand each other. After an update the service has to be restarted; otherwise update it:
ui-away-service-newer = The Adit service is newer than this window
ui-away-service-newer-text = They do not understand each other. Close Adit and open it again, and update it if that does not help. Tunnels stay as they are.
ui-away-stranger = Another program stands in for the Adit service
ui-away-stranger-text = Nothing was sent to it. An administrator has to find out which program it is and end it.
ui-away-no-answer = The Adit service does not answer
ui-away-no-answer-text = It is there, but cannot be spoken to. If it stays so, restart it in a terminal:
ui-away-no-manager = This system has neither systemd nor OpenRC nor runit. Start the program aditd, or start it again, as this system starts services.

ui-away-waits = This window connects by itself when the service is there.
ui-away-banner = The Adit service does not answer. What is shown here may be out of date.
ui-away-help = What to do
ui-simulated = Simulated system: nothing on this computer is changed
ui-try-now = Try now
ui-check-again = Check again

# The list of tunnels.
ui-add = Add a tunnel
ui-add-hint = Add a tunnel (Ctrl+N for an empty one)
ui-search = Search
ui-no-tunnels = No tunnels
ui-none-found = No tunnel has this in its name or addresses.
# $tunnel is a name. For screen readers: what the switch turns on and off.
ui-switch = { $tunnel } on
# $ago is such as "12 s ago".
ui-row-answered = answered { $ago }
# $time is a countdown, such as 14:59.
ui-row-paused = paused, on again in { $time }
ui-row-blocked = blocked: nothing leaves
ui-row-unusable = off, its configuration has errors
ui-home = { $count ->
    [0] No tunnel is on
    [one] One tunnel is on
   *[other] { $count } tunnels are on
}
ui-home-text = Choose a tunnel from the list.
ui-gone = This tunnel is gone
ui-gone-text = It was removed.

# States, as the largest word on the page.
ui-status-off = Off
ui-status-failed = Failed
ui-status-starting = Starting
ui-status-stopping = Stopping
ui-status-handshaking = No handshake yet
ui-status-healthy = Healthy
ui-status-idle = Idle
ui-status-empty = No peers
ui-status-waiting = Waiting for the peer
ui-status-silent = No answer
ui-status-blocked = Blocked
ui-status-paused = Paused
ui-since = Since { $time }
ui-paused-until = On again in { $time }
ui-paused-open = Until you resume it
ui-last-handshake = Last handshake { $ago }.
# Where traffic goes in this state.
ui-way-all = Everything on this computer goes through the tunnel.
ui-way-some = What belongs to its networks goes through the tunnel, the rest past it.
ui-way-past = Traffic goes past this tunnel.
ui-way-blocked = Nothing leaves this computer until the tunnel is up or you turn it off.
ui-way-paused-blocked = The kill switch is open while the tunnel is paused.
ui-way-lockdown = Lockdown: nothing leaves this computer while this tunnel is off.
ui-turn-on = Turn on
ui-pause = Pause
ui-pause-5-minutes = For 5 minutes
ui-pause-1-hour = For 1 hour
ui-pause-open = Until I resume it
ui-resume = Resume
ui-turn-off-in = Turn off in { $span }
ui-turns-off = Turns off in { $time }
ui-stay-on = Leave it on

# What can be done with a tunnel.
ui-edit = Edit
ui-restart = Restart
ui-only-when-up = Only while the tunnel is on
ui-log-of-tunnel = Show its log
ui-rename = Rename…
ui-rename-title = Rename the tunnel
ui-rename-button = Rename
ui-versions = Earlier versions
ui-new-key = New key
ui-export = Export
ui-remove = Remove
ui-remove-title = Remove { $tunnel }?
ui-remove-text = Its configuration, its keys and its earlier versions are deleted. This cannot be undone.
ui-remove-up = It is turned off, and its configuration, its keys and its earlier versions are deleted. This cannot be undone.
ui-removed = { $tunnel } is removed
ui-keep = Keep it

# What is wrong with a tunnel, and the buttons that mend it.
ui-problem-unusable = The configuration has errors, so the tunnel cannot be turned on.
ui-problem-blocked = The tunnel could not be kept up, and its kill switch lets nothing past it.
ui-problem-retry = The next try is in { $time }.
ui-problem-retrying = The next try is under way.
ui-problem-interface-removed = Another program removed the tunnel’s interface.
ui-problem-engine-stopped = The tunnel stopped by itself. See the log.
ui-problem-no-answer = Packets were sent, and nothing has come back for { $span }.
ui-problem-no-answer-advice = The server may be off, or the network between may block UDP.
ui-problem-no-handshake = The server has not answered for { $span }.
ui-problem-no-handshake-advice = Check the endpoint and both public keys, and whether the server knows this computer’s key.
ui-problem-routing-loops = { $count ->
    [one] One encrypted packet was led back into the tunnel and dropped.
   *[other] { $count } encrypted packets were led back into the tunnel and dropped.
}
ui-problem-routing-loops-advice = The route to the server leads through the tunnel itself. Take the server’s address out of AllowedIPs.
ui-problem-namespace = The interface was moved to another network namespace.
ui-problem-conflicts = The tunnel is up despite a conflict.
ui-problem-differs = The running tunnel differs from its configuration.
ui-problem-rotation = A new key is waiting for the other side.
ui-problem-key-old = { $days ->
    [one] The key is older than { $days } day.
   *[other] The key is older than { $days } days.
}
ui-fix-connect = Turn on
ui-fix-disconnect = Turn off
ui-fix-restart = Restart
ui-fix-reload = Apply the configuration
ui-fix-save = Save the running settings
ui-fix-edit = Edit
ui-fix-hooks = Read the commands
ui-fix-key = Enter the key
ui-fix-rotation = New key
ui-fix-endpoint = Edit the endpoint
ui-fix-look-up = Look up again
ui-fix-log = Show the log
ui-fix-own-key = Show the public key

# Traffic.
ui-traffic = Traffic
ui-received = { $size } received
ui-sent = { $size } sent
ui-graph-range = Range of the graph
ui-graph-60-seconds = 60 s
ui-graph-5-minutes = 5 min
ui-graph-seconds-ago = { $seconds } s ago
ui-graph-minutes-ago = { $minutes } min ago
ui-graph-now = now
ui-graph-at = { $seconds } s ago: ↓ { $received } ↑ { $sent }
ui-graph-failed = The graph could not be loaded.
# For screen readers. $length is in seconds.
ui-graph = Traffic of the last { $length } seconds: received up to { $received }, sent up to { $sent }

# Peers.
ui-peers = Peers
ui-peer = Peer
ui-peers-count = { $count ->
    [0] No peers
    [one] One peer
   *[other] { $count } peers
}
ui-no-peers = The configuration has no peer, so the tunnel carries nothing.
ui-all-peers = Show all { $count } peers
ui-peer-answers = answers
ui-peer-why-idle = Nothing needs to be sent at the moment.
ui-peer-why-never = Nothing has ever come from it. Its endpoint or a key may be wrong, or the network blocks UDP.
ui-peer-why-handshaking = It has not answered the first handshake yet.
ui-peer-why-unresolved = The address of { $host } is not known, so nothing can be sent there.
ui-peer-why-loop = The route to it leads into this tunnel itself.
ui-peer-why-own-key = Messages arrive that are encrypted for another public key: the other side has a wrong public key for this tunnel.
ui-peer-why-unknown-key = Handshakes arrive from a public key that no peer here has. The public key of this peer may be wrong.
ui-peer-why-shared-key = Handshakes arrive that do not fit the keys here. The preshared keys may differ.
ui-peer-why-clock = Handshakes arrive that are older than earlier ones. The clock on the other side may have been set back.
ui-peer-why-name-moved = It last answered { $ago }. If { $host } has a new address by now, look it up again.
ui-peer-why-roamed = It last answered { $ago }, from { $endpoint }, which is not the configured endpoint. Look that up again.
ui-peer-why-silent = It last answered { $ago }. It may be off, or the network between blocks UDP.
ui-peer-why-waiting = It has no endpoint here, so it has to begin.
ui-peer-why-not-running = It is in the configuration, but the running tunnel does not have it.
ui-peer-why-from-outside = Another program added this peer. It is not in the configuration.
ui-endpoint = Endpoint
ui-endpoint-moved = has moved; configured:
ui-endpoint-configured = from
ui-handshake = Last handshake
ui-transfer = Transfer
ui-transferred = { $received } received, { $sent } sent
ui-public-key = Public key
ui-own-key = Public key of this computer
ui-own-key-text = The other side needs this key.
ui-own-key-changes = It changes when you save: then the other side needs this new one.
ui-own-key-later = The service makes the keys when you create the tunnel, and shows the public one then. To know it before, enter a private key of your own.
ui-own-key-invalid = There is no valid private key, so there is no public one.
ui-preshared-key-set = Preshared key set
ui-keepalive = Keepalive
ui-every = every { $span }
ui-allowed-ips = Allowed IPs
ui-more-networks = +{ $count } more

# What the tunnel changes.
ui-changes = What it changes on this computer
ui-would-change = What turning it on will change on this computer
ui-changes-undone = All of this is undone when the tunnel is turned off.
ui-would-conflict = Turning it on conflicts with something on this computer.
ui-effect-routes = { $count ->
    [0] no routes
    [one] one route
   *[other] { $count } routes
}
ui-effect-dns-servers = { $count ->
    [one] one DNS server
   *[other] { $count } DNS servers
}
ui-effect-commands = { $count ->
    [one] one command
   *[other] { $count } commands
}
ui-effect-kill-switch = kill switch
ui-effect-interface = { $interface }, MTU { $mtu } ({ $source })
ui-effect-hidden = Only administrators may see this command
ui-label-interface = Interface
ui-label-line = Line { $line }

# Protection.
ui-protection = Protection
ui-protection-at-once = These two take effect at once, without saving.
ui-kill-switch = Kill switch
ui-kill-switch-off = Off
ui-kill-switch-block = Block
ui-kill-switch-lockdown = Lockdown
ui-kill-switch-off-text = When the tunnel fails, traffic goes past it.
ui-kill-switch-block-text = While the tunnel should be up, nothing goes past it.
ui-kill-switch-lockdown-text = Nothing ever goes past the tunnel, even when it is off or the computer starts.
ui-allow-lan = Local networks stay reachable
ui-allow-lan-text = Printers and other devices in the networks that this computer is in.
ui-allow-lan-no-effect = No effect while the kill switch is off: then nothing is blocked.
ui-ipv6-outside = IPv6 may go past the tunnel
ui-ipv6-outside-text = The tunnel takes all of IPv4 and no IPv6. Otherwise IPv6 is closed while it is up.
ui-start-at-boot = Turn on when the computer starts
ui-start-at-boot-text = Also before anybody logs in.
ui-start-at-boot-needs-key = Not possible: the tunnel asks for its key.
ui-lockdown = Put { $tunnel } under lockdown?
ui-lockdown-text = Nothing will leave this computer past this tunnel, even when it is off and after a restart. Only an administrator can end a lockdown.
ui-lockdown-set = Set lockdown

# Where packets go.
ui-route = Where does an address go?
ui-route-look = Look up
ui-route-tunnel = { $ip } goes through { $tunnel } to { $peer }.
ui-route-outside = { $ip } goes past all tunnels.
ui-route-outside-over = { $ip } goes past all tunnels, over { $interface }.
ui-route-no-peer = { $ip } goes into { $tunnel }, where no peer has it, and is dropped.
ui-route-other = { $tunnel } would take it too ({ $network }).

# Technical details.
ui-details = Technical details
ui-details-summary = { $interface } · version { $version }
ui-interface = Interface
ui-interface-hint = 1 to 15 letters, digits and _ = + . -
ui-key-age = Age of the key
ui-key-age-at-least = at least { $span }
ui-listen-port = Listens on
ui-udp-port = UDP port { $port }
ui-data-path = Data path
ui-data-path-text = { $queues ->
    [one] one queue
   *[other] { $queues } queues
}; offloads: { $offloads }
ui-dropped = Dropped
ui-source = Configuration
ui-source-store = In Adit’s own store
ui-id = Id

# A conflict before a tunnel comes up.
ui-conflict = { $tunnel } conflicts with this computer's present settings
ui-conflict-text = If both are on, some traffic goes where it should not.
ui-conflict-anyway = Turn on anyway
ui-conflict-replace = Turn off { $others } first

# The private key of a tunnel that does not keep it.
ui-key = Private key of { $tunnel }
ui-key-text = The service does not keep this key. It is used until the tunnel is off, and then forgotten.
ui-key-label = Private key
ui-key-wrong = That is not the key of this tunnel.

# Commands of a configuration.
ui-hooks = Commands of { $tunnel }
ui-hooks-text = This configuration runs these commands as root. Approve them only if you know what each of them does.
ui-hooks-hidden = You may not see the commands. Ask an administrator of this computer.
ui-hooks-approve = Approve

# Adding tunnels.
ui-welcome = Add your first tunnel
ui-welcome-text = Adit carries WireGuard tunnels on this computer. While a tunnel is on it changes routes, DNS and the packet filter, shows you each change beforehand, and undoes all of them afterwards.
ui-no-account = No account, no telemetry.
ui-import-file = Import a file
ui-import-file-hint = A .conf file, an archive of them, or a picture of a QR code
ui-import-folder = Folder…
ui-import-folder-hint = Imports the .conf files of one folder
ui-import-paste = Paste a text
ui-import-paste-hint = The text of a configuration
ui-scan = Scan a QR code
ui-scan-hint = With the camera, from the screen, or in a picture
ui-scan-camera = Use the camera
ui-scan-screen = Look at the screen
ui-scan-clipboard = From the clipboard
ui-scan-tip = Pictures can also be pasted with Ctrl+V. They stay in this program, and none is kept.
ui-screen-waiting = Looking at the screen…
ui-camera-starting = Starting the camera…
ui-camera-looking = Hold the QR code up to the camera.
ui-camera-preview = Picture of the camera
ui-camera-choice = Camera
ui-camera-stop = Stop the camera
ui-camera-none = No camera was found. Connect one, or choose a picture of the QR code.
ui-camera-denied = The camera may not be used. Allow it when you are asked, or choose a picture of the QR code.
ui-camera-failed = The camera could not be started. Another program may be using it.
ui-from-camera = camera
ui-from-screen = screen
ui-from-clipboard = clipboard
ui-clipboard-empty = There is no picture on the clipboard.
ui-link-refused = A link was not opened.
ui-link-no-tunnel = There is no tunnel { $name }.
ui-link-too-long = It is too long.
ui-link-parameters = A link only shows a page. It cannot bring a configuration, or turn a tunnel on or off.
ui-link-name = It has no valid name of a tunnel.
ui-link-unknown = It names no page of Adit.
ui-make-new = Make a new one
ui-make-new-hint = With a key of its own
ui-paste-label = Text of the configuration
ui-paste-continue = Continue
ui-pasted-text = pasted text
ui-pick-picture = Choose a picture
ui-drop = Drop to import
ui-drop-hint = You can also drop files and folders anywhere in this window.
ui-rules = On-demand
ui-rules-about = Rules turn tunnels on and off by the network that this computer is in. The first rule that holds decides.
ui-rules-start = When should a tunnel be on?
ui-rules-start-text = A ready-made choice becomes rules that you can read and change. Nothing is saved before you agree.
ui-rules-for = Tunnel
ui-rules-preset-always = Always
ui-rules-preset-always-hint = On in every network.
ui-rules-preset-everywhere-except-here = Everywhere except at home
ui-rules-preset-everywhere-except-here-hint = Off in the network that this computer is in now, on in every other.
ui-rules-preset-wifi-that-is-not-mine = On any Wi-Fi that is not mine
ui-rules-preset-wifi-that-is-not-mine-hint = Off on the present Wi-Fi and without Wi-Fi, on in every other Wi-Fi.
ui-rules-preset-open-wifi = On open Wi-Fi
ui-rules-preset-open-wifi-hint = On where a Wi-Fi has no password, or one that is easily broken.
ui-rules-own = Write my own rules
ui-rules-own-hint = With conditions about Wi-Fi, gateway, time and more.
ui-rules-no-tunnels = There is no tunnel yet. Add one first.
ui-rules-now = Now
ui-rules-view = View
ui-rules-list = Rules
ui-rules-text = Text
ui-rules-settings = Settings of the rules
ui-rules-add = Add a rule
ui-rules-decides = decides now
ui-rules-otherwise = In every other network
ui-rules-otherwise-none = Not said, so the tunnel of the rules takes everything there.
ui-rules-unsaved = These rules are not saved yet.
ui-rules-would = With them, now: { $what }.
ui-rules-save = Save the rules
ui-rules-saved = The rules are saved.
ui-rules-broken = The stored rules cannot be read. Until they are mended, the last ones hold, or the most protective ones.
ui-rules-has-errors = This text has errors. Mend them in the text, or go back to the saved rules.
ui-rules-newer = The rules were changed meanwhile, so these cannot be saved.
ui-rules-overtaken = The rules were changed meanwhile, so this was not done.
ui-rules-trust = Trust this network
ui-rules-trust-hint = Adds a rule that turns the tunnels off here.
ui-rules-pause = Pause the rules
ui-rules-pause-network = Until the network changes
ui-rules-resume = Follow the rules again
ui-rules-paused = The rules are paused, and their tunnels are off.
ui-rules-chosen-on = { $tunnel } was turned on by hand.
ui-rules-chosen-off = { $tunnel } was turned off by hand.
ui-rules-holds-network = That holds until the network changes.
ui-rules-holds-until = That ends in { $time }.
ui-rules-suspended = It has no effect at the moment: this may be another network.
ui-rules-pending = In { $time }: { $what }.
ui-rules-ready-made = Ready-made rules
ui-rules-ready-made-text = The choice takes the place of all present rules. Nothing is saved before you agree.
ui-rules-failing = The server of { $tunnel } does not answer.
ui-rules-failing-step = Step now: { $step }.
ui-rules-failing-next = Next attempt in { $time }.
ui-rules-off-in = { $tunnel } turns off in { $time }.
ui-rules-why = Why?
ui-rules-by = Decided by: { $source }
ui-rules-sources = Possible: { $sources }
ui-rules-add-gateway = Add the gateway { $address }
ui-rules-add-probe = Add the home probe
ui-rules-name-alone = trusts a name alone
ui-rules-name-alone-more = Anybody can give a Wi-Fi this name. The gateway's hardware address proves that it is yours.
ui-rules-name-alone-away = Join that Wi-Fi to add its gateway.
ui-rules-governed = On-demand: { $source }
ui-rules-by-hand = turned on or off by hand
ui-rule = Rule { $number }
ui-rule-new = New rule
ui-rule-edit = Edit rule { $number }
ui-rule-edit-otherwise = Edit what holds in every other network
ui-rule-remove = Remove rule { $number }
ui-rule-up = Move rule { $number } up
ui-rule-down = Move rule { $number } down
ui-rule-moved = Now rule { $number } of { $count }
ui-rule-unreadable = This line has an error.
ui-rule-if = If { $conditions }
ui-rule-name = Name (optional)
ui-rule-conditions = If all of this holds
ui-rule-condition = Condition { $number }
ui-rule-add-condition = Add a condition
ui-rule-remove-condition = Remove this condition
ui-rule-is = is
ui-rule-is-not = is not
ui-rule-then = Then
ui-rule-then-up = Turn on
ui-rule-then-down = All off
ui-rule-then-leave = Leave as it is
ui-rule-then-none = Say nothing
ui-rule-tunnel = Tunnel
ui-rule-add-tunnel = Another tunnel too
ui-rule-remove-tunnel = Not { $tunnel }
ui-rule-mode = What goes through it
ui-rule-mode-as-configured = as configured
ui-rule-mode-only = only these networks
ui-rule-networks = Networks
ui-rule-does-up = { $tunnels } on
ui-rule-does-down = all on-demand tunnels off
ui-rule-kill = Kill switch
ui-rule-kill-default = as the settings say
ui-rule-kill-is = kill switch: { $when }
ui-rule-one-per-line = One on each line
ui-rule-present = Present: { $value }
ui-rule-manual = A choice by hand holds
ui-rule-manual-text = It always ends when the network changes.
ui-rule-manual-network = until the network changes
ui-rule-manual-for = at most { $span }
ui-rule-kill-text = For rules that do not say their own.
ui-rule-failover = If a server does not answer
ui-rule-failover-text = The steps are tried in turn, then the tunnel itself again. A server that answers keeps its tunnel.
ui-rule-failover-none = do nothing
ui-rule-failover-after = after { $span }
ui-rule-failover-steps = Steps
ui-rule-failover-step = Step { $number }
ui-rule-failover-next-endpoint = Try its other addresses
ui-rule-failover-up = Turn on { $tunnel } instead
ui-rule-failover-down = Turn it off
ui-rule-failover-add = Add a step
ui-rule-failover-remove = Remove step { $number }
ui-match-link = kind of network
ui-match-wifi-name = Wi-Fi name
ui-match-access-point = access point
ui-match-wifi-security = Wi-Fi protection
ui-match-gateway = gateway
ui-match-subnet = subnet
ui-match-dns-suffix = DNS suffix
ui-match-metered = metered
ui-match-time = time
ui-match-other-vpn = another VPN
ui-match-home-probe = home probe
ui-match-no-network = no network
ui-match-wifi-name-hint = * stands for any characters, ? for one; ! at the beginning leaves names out.
ui-match-time-hint = Such as mon-fri 22:00-06:00
ui-link-wifi = Wi-Fi
ui-link-ethernet = Ethernet
ui-link-cellular = mobile network
ui-link-other = another kind
ui-security-open = no password
ui-security-wep = WEP
ui-security-wpa = WPA
ui-security-wpa2 = WPA2
ui-security-wpa3 = WPA3
ui-security-enterprise = Enterprise (802.1X)
# In sentences about the protection, where `no password` does not fit.
ui-security-none = none
ui-fact = { $what } is { $value }
ui-fact-not = { $what } is not { $value }
ui-fact-metered = traffic costs money
ui-fact-metered-not = traffic is free
ui-fact-other-vpn = another VPN is up
ui-fact-other-vpn-not = no other VPN is up
ui-fact-home-probe = home answers the probe
ui-fact-home-probe-not = home does not answer the probe
ui-fact-no-network = there is no network
ui-fact-no-network-not = there is a network
ui-fact-quoted = “{ $text }”
ui-seen = seen: { $value }
ui-network-none = This computer is in no network.
ui-network-unknown = The networks of this computer are not known yet.
ui-network-gateway = gateway { $address }
ui-network-metered = metered
ui-network-portal = a login page holds traffic back
ui-draft = Tunnel from { $from }
ui-draft-unusable = cannot be imported
ui-draft-unchecked = not checked
ui-draft-leave-out = Leave this one out
ui-draft-edit = Edit the text
ui-draft-keys = Keys stay in the program and are shown as marks. Where a mark stays, its key stays.
ui-import = { $count ->
    [0] Import
    [one] Import one tunnel
   *[other] Import { $count } tunnels
}
ui-importing = Importing…
ui-imported = Imported { $done } of { $all }
ui-import-unreadable = { $count ->
    [one] One file cannot be read.
   *[other] { $count } files cannot be read.
}
ui-import-too-large = The file is too large.
ui-takeovers = Tunnels of wg-quick
ui-takeovers-text = These can move to Adit. Their files stay where they are.
ui-takeover-up = on
ui-takeover-down = off
ui-take-over = Take over
ui-take-over-title = Take over { $name }?
ui-take-over-file = The file { $path } stays where it is, unchanged. Adit runs the tunnel from it.
ui-take-over-stops-service = { $unit } is stopped: the tunnel is down for a moment, and comes up again with Adit.
ui-take-over-stops-tunnel = The running tunnel is taken down as wg-quick does, and comes up again with Adit.
ui-take-over-stays-off = The tunnel is off, and stays off until you turn it on.
ui-take-over-boot = Adit turns it on when the computer starts. wg-quick would still do so too; end that in a terminal afterwards:
ui-take-over-fails = If it does not come up with Adit, wg-quick brings it up again.
ui-new-name = New tunnel
ui-create = Create

# The editor.
ui-configuration = Configuration
ui-editor-view = View
ui-editor-text = Text
ui-editor-form = Form
ui-undo = Undo
ui-redo = Redo
ui-editor-keys = Ctrl+Space proposes what fits at the cursor; Ctrl+F searches; Ctrl+Z takes a change back.
ui-editor-failed = The editor could not be loaded.
ui-hide-keys = Hide keys
# The editor's own search. $ is a number.
ui-completions = Proposals
ui-find = Find
ui-find-replace-with = Replace with
ui-find-next = Next
ui-find-previous = Previous
ui-find-case = Match case
ui-find-word = Whole words
ui-find-pattern = Regular expression
ui-find-replace = Replace
ui-find-replace-all = Replace all
ui-find-close = Close the search
ui-find-current = Current match
ui-find-replaced = Replaced on line $
ui-find-replaced-all = Replaced $ matches
ui-find-on-line = on line
ui-findings = Findings
ui-no-findings = No errors, no warnings
ui-fix-replace = Replace it with { $text }
ui-fix-insert = Insert { $text }
ui-fix-remove = Remove it
ui-discard = Discard changes
ui-load-newer = Load the newer version
ui-review-open = Review and save
ui-review = Save these changes?
ui-review-nothing = Nothing changes in meaning: comments, order or spaces only.
ui-review-more = { $count ->
    [one] One more change is not listed.
   *[other] { $count } more changes are not listed.
}
ui-review-restart = Some changes take effect only when the tunnel is restarted.
ui-review-back = Go on editing
ui-saved = { $count ->
    [0] Saved
    [one] Saved; one change took effect
   *[other] Saved; { $count } changes took effect
}
ui-saved-restart = Saved; restart the tunnel for all changes to take effect
ui-form-this-end = This computer
ui-form-peer = Peer { $number }
ui-form-through = What goes through this peer
ui-form-through-everything = Everything
ui-form-through-private = Private networks
ui-form-through-except = Everything except…
ui-form-through-custom = Own list
ui-form-except-what = Networks that stay outside
ui-form-own-key = Leave it empty, and the service makes a key that never leaves it.
ui-form-add-peer = Add a peer
ui-form-remove = Remove { $peer }
ui-form-remove-peer = Remove this peer
ui-form-remove-title = Remove { $peer }?
ui-form-remove-text = Its keys, endpoint and networks go out of the configuration. Undo brings them back until you leave the editor by saving or discarding.
ui-psk-none = None
ui-psk-set = Set; the service keeps it
ui-psk-new = New: the other side needs the same one
ui-psk-make = Make one
ui-psk-replace = Make another
ui-psk-copy = Copy
ui-psk-remove = Remove
# Help for the keys of a configuration: shown below a field, and beside the cursor.
ui-help-privatekey = The private key of this end, 44 characters
ui-help-address = Addresses of this computer inside the tunnel, such as 10.0.0.2/32
ui-help-dns = DNS servers while the tunnel is on, and search domains
ui-help-mtu = Largest packet inside the tunnel, in bytes; without it Adit finds the right size
ui-help-listenport = UDP port of this computer; without it the system chooses one
ui-help-table = Routing table for the tunnel’s routes: a number, auto, or off
ui-help-fwmark = Mark on encrypted packets, for rules of your own
ui-help-saveconfig = Save the running settings when the tunnel is turned off
ui-help-preup = A command before the interface is made; runs only once it is approved
ui-help-postup = A command after everything is up; runs only once it is approved
ui-help-predown = A command before anything is undone; runs only once it is approved
ui-help-postdown = A command after everything is undone; runs only once it is approved
ui-help-publickey = The public key of the other end, 44 characters
ui-help-presharedkey = A secret that both ends share beside their keys, 44 characters
ui-help-endpoint = Where the other end is: host:port
ui-help-further-endpoints = An endpoint to try if the peer does not answer at the one before; other programs ignore it
ui-help-allowedips = Networks behind the other end; 0.0.0.0/0, ::/0 is everything
ui-help-persistentkeepalive = Seconds between packets that keep a way through NAT open, such as 25

# Versions.
ui-version = Version { $version }
ui-version-current = Current
ui-version-imported = Imported
ui-version-edited = Edited
ui-version-rotated = Key replaced
ui-version-saved = Saved from the running tunnel
ui-version-restored = Restored from version { $version }
ui-restore = Restore
ui-restored = Version { $version } is restored

# Export.
ui-export-warning = Whoever has this configuration can use your tunnel.
ui-export-warning-text = It holds the private key. The computer may ask for your password.
ui-export-copy = Copy the configuration
ui-export-copied = Copied; the clipboard is emptied in 60 s
ui-export-qr = Show as QR code
ui-export-qr-hint = Scan it with the WireGuard app of a phone.
ui-export-qr-hide = Hide
ui-export-file = Save as a file…
ui-export-saved = { $file } is saved
ui-export-all = Export all tunnels
ui-export-all-hint = All configurations with their keys in a zip archive that is not encrypted.
ui-export-all-open = Export…
ui-export-all-warning = Whoever has this archive can use all your tunnels.
ui-export-all-warning-text = It holds all private keys and is not encrypted. The computer may ask for your password.
ui-export-all-save = Save as a zip archive…
ui-export-all-better = To keep the tunnels or to move them to another computer, make an encrypted backup instead.

# Backups.
ui-backups = Backup and export
ui-backup = Back up all tunnels
ui-backup-hint = Tunnels, keys and settings in one encrypted file.
ui-backup-open = Back up…
ui-backup-text = All tunnels with their keys and settings go into one encrypted file. Opening it takes the passphrase; nobody can replace a lost one.
ui-backup-passphrase = Passphrase
ui-backup-repeat = The same again
ui-backup-differs = The passphrases differ.
ui-backup-weak = Easy to guess: whoever gets the file can try out short passphrases. Several words in a row are better.
ui-backup-fair = Good. One more word makes it stronger.
ui-backup-strong = Hard to guess
ui-backup-no-key = { $tunnels } asks for its private key, so the backup lacks that key.
ui-backup-rotation = The new key of { $tunnels } is not in the backup until it replaces the old one.
ui-backup-save = Save the backup…
ui-backup-busy = Making the backup. Encrypting takes a moment.
ui-backup-saved = { $file } is written: { $count ->
    [one] one tunnel
   *[other] { $count } tunnels
}, encrypted
ui-backup-none = There is no tunnel to back up.
ui-restore-backup = Restore a backup
ui-restore-backup-hint = Add tunnels from a backup, or replace those that differ.
ui-restore-open = Restore…
ui-restore-text = Adit shows how the tunnels in the backup differ from those of this computer. Nothing changes before you have seen that.
ui-restore-choose = Choose a backup…
ui-restore-other = Choose another…
ui-restore-decrypt = Open
ui-restore-busy = Opening the backup. Decrypting takes a moment.
ui-restore-made = Made { $moment } by { $program }
ui-restore-new = New
ui-restore-same = The same
ui-restore-different = Differs
ui-restore-refused = Cannot be restored
ui-restore-want-new = Add { $tunnel }
ui-restore-want-different = Replace { $tunnel }
ui-restore-interface = It gets the interface { $interface }, because { $other } is in use.
ui-restore-keeps = It keeps its interface { $interface }; the backup has { $other }.
ui-restore-replaces = Ticked tunnels that differ are replaced. Their present configurations stay among the earlier versions.
ui-restore-nothing = All tunnels of the backup are here already, and are the same.
ui-restore-start = { $count ->
    [0] Restore
    [one] Restore one tunnel
   *[other] Restore { $count } tunnels
}
ui-restore-carrying-out = Restoring…
ui-restore-finished = { $done ->
    [0] No tunnel was restored
    [one] One tunnel was restored
   *[other] { $done } tunnels were restored
}
ui-restore-added = Added
ui-restore-replaced = Replaced
ui-restore-left = Stays as it is
ui-restore-not-added = Not added
ui-restore-failed = Not restored
ui-restore-unsure = The connection to the service broke. It may have been restored.
ui-restore-commands = It has commands, which run only after you approved them.
ui-restore-restart = Some changes take effect only when the tunnel is restarted.
ui-restore-remains = Steps before it could not be undone:
ui-restore-text-differs = Comments, order or spaces of the configuration
ui-restore-reminder = Reminder of old keys
ui-yes = yes
ui-no = no
ui-backup-problem-unreadable = The file cannot be read.
ui-backup-problem-too-large = The file is larger than a backup can be.
ui-backup-problem-not-a-backup = This is not a backup of Adit.
ui-backup-problem-damaged = The backup is damaged: a part was changed or is missing.
ui-backup-problem-needs-identity = The backup is encrypted for a recipient. Restore it in a terminal with the file of the secret key:
ui-backup-problem-wrong-passphrase = That is not the passphrase of this backup.
ui-backup-problem-too-much-work = Opening this file would take too much memory and time. It was not made by Adit.
ui-backup-problem-newer = A newer version of Adit made this backup. Update Adit to restore it.
ui-backup-problem-content = The content is not that of a backup.

# A new key.
ui-rotation-none = Replace the key of this tunnel
ui-rotation-none-text = The service makes a new key while the tunnel goes on with its old one. You give the new public key to the other side, and switch when it answers.
ui-rotation-age = The present key is at least { $span } old.
ui-rotation-begin = Make a new key
ui-rotation-waits = A new key is waiting
ui-rotation-tell = Give this to the other side:
ui-rotation-test-text = Find out whether the other side knows it already.
ui-rotation-test = Test the new key
ui-rotation-answered = Answered: { $peers }
ui-rotation-silent = No answer: { $peers }
ui-rotation-not-asked = Could not be asked: { $peers }
ui-rotation-finish-text = Replace the old key.
ui-rotation-finish = Use the new key
ui-rotation-anyway = Use it anyway
ui-rotation-cancel = Drop the new key
ui-rotation-done = The tunnel has its new key
ui-key-reminder = Remind me to renew the key
ui-key-reminder-text = Adit says so when the key is older than this.

# The log.
ui-log-level = Level
ui-log-error = Error
ui-log-warn = Warning
ui-log-info = Info
ui-log-debug = Debug
ui-log-tunnel = Tunnel
ui-log-all-tunnels = All tunnels
ui-log-search = Search the log
ui-log-copy = Copy
ui-log-copied = { $count ->
    [one] Copied one line
   *[other] Copied { $count } lines
}
ui-log-empty = No lines match.
ui-log-follow = Newest lines

# Settings.
ui-appearance = Appearance
ui-theme = Theme
ui-theme-system = System
ui-theme-light = Light
ui-theme-dark = Dark
ui-theme-contrast = High contrast
ui-theme-contrast-light = High contrast, light
ui-theme-contrast-dark = High contrast, dark
ui-language = Language
ui-language-system = As the system
ui-rates = Speeds in
ui-rates-bits = Bits
ui-rates-bytes = Bytes
ui-desktop = Tray and notifications
ui-show-tray = Show an icon in the tray
ui-tray-off = Closing the window ends Adit. Tunnels stay as they are.
ui-close-hides = Close the window into the tray
ui-no-tray = There is no tray here: closing the window ends Adit. Tunnels stay as they are.
ui-start-at-login = Start when you log in
ui-notify = Tell me when
ui-notify-up = A tunnel turns on
ui-notify-down = A tunnel turns off
ui-notify-rules = A rule turns a tunnel on or off, or changes what goes through it
ui-notify-silent = Nobody has answered for 5 minutes
ui-notify-answers = The peer answers again
ui-notify-blocked = A kill switch blocks traffic
ui-notify-key-old = A key is old
ui-service = Service
ui-service-version = Version
ui-service-protocol = Contract
ui-service-started = Running since
ui-service-role = You may
ui-about-title = About Adit
ui-about = Adit is free software under the MIT and Apache 2.0 licences. WireGuard is a registered trademark of Jason A. Donenfeld.
ui-support = Support bundle
ui-support-hint = Versions, states, configurations without keys, and the log, as text for somebody who helps you.
ui-support-open = Preview
ui-support-text = Everything that helps to find the cause of a problem, as text: versions, states, configurations, diagnostics and the log. Private and preshared keys, commands and comments are left out. Read it before you give it away; Adit sends nothing.
ui-support-hide = Hide IP addresses and names of endpoints
ui-support-copy = Copy all
ui-support-copied = Copied the support bundle
ui-support-file = To write these files into an archive, type in a terminal:

# Keyboard.
ui-shortcuts = Keyboard shortcuts
ui-shortcuts-text = Everything in this window can be done with the keyboard.
ui-shortcut-import = Import files
ui-shortcut-new = New tunnel
ui-shortcut-edit = Edit the tunnel
ui-shortcut-search = Search the tunnels
ui-shortcut-log = Log
ui-shortcut-settings = Settings
ui-shortcut-move = Move in the list
ui-shortcut-toggle = Turn the tunnel on or off
ui-shortcut-remove = Remove the tunnel
ui-shortcut-back = Back
ui-shortcut-help = This page
ui-shortcuts-editor = In the editor
ui-shortcut-complete = Propose what fits at the cursor
ui-shortcut-find = Search the text

## Captive portals
# A page of a network on which its users sign in. "Shut out": a kill switch or a tunnel keeps programs from it.
error-portal-is-open = a program of { $by } may reach the captive portal already
    .advice = wait until it has ended
    .command = end that with: adit portal --close
error-portal-not-shut-out = no kill switch is closed, so nothing opens for the captive portal
    .advice = pause the tunnel if one is up, then just use the browser
event-portal-open = { $by } may reach the captive portal
event-portal-captive = this network wants you to sign in ({ $interface })
event-portal-none = there is no captive portal, or nobody knows of one
log-portal-opened = one program may reach the captive portal for { $span } at most ({ $by })
log-portal-host = the program may reach { $host }
log-portal-closed = the captive portal is shut out again: { $why }
log-portal-not-opened = the way to the captive portal could not be opened: { $error }
log-portal-not-closed = the way to the captive portal could not be closed, and closes by itself when its time is over: { $error }
portal-end-asked = a user asked for it
portal-end-time-over = the time is over
portal-end-program-gone = the program has ended
portal-end-network-changed = the network has changed
portal-end-passed = the network lets traffic through
portal-end-service-ended = the service has ended
portal-hint = the network at { $interface } wants you to sign in, and its page is shut out; open it with: adit portal
ui-portal-text = Its sign-in page is shut out. To let one browser reach it, type in a terminal:
portal-opened = for { $span } at most, one browser may reach the sign-in page; all other traffic stays closed
portal-browser = { $program } opens with a profile of its own, which is deleted afterwards: sign in there
portal-proxy = sign in with a browser that uses the HTTP proxy { $proxy }, at { $url }
portal-no-browser = no browser was found that can be given a profile and a proxy
portal-online = this network lets traffic through
portal-captive = this network wants you to sign in
portal-unknown = it is not known whether this network wants you to sign in: { $error }
portal-ended = the sign-in page is shut out again: { $why }
portal-closed = no program may reach a captive portal now
