#

## Namen

tunnel-unnamed = der Tunnel
tunnel-other = ein anderer Tunnel
tunnel-gone = ein Tunnel, den es nicht mehr gibt


## Zeiten

span-seconds = { $seconds } s
span-minutes = { $minutes } min
span-hours = { $hours } h
span-hours-minutes = { $hours } h { $minutes } min
span-days = { $days } d
ago = vor { $span }
ago-now = gerade eben
ago-never = nie


## Zustände eines Tunnels

state-off = aus
state-failed = aus, fehlgeschlagen
state-interface-removed = aus, von außen entfernt
state-engine-stopped = aus, abgebrochen
state-starting = startet: { $step }
state-stopping = wird beendet
state-paused = pausiert
state-paused-for = noch { $span } pausiert
state-blocked = gesperrt

step-check = Prüfung
step-resolve = Adressen werden gesucht
step-firewall = Paketfilter wird gesetzt
step-pre-up = PreUp läuft
step-interface = Schnittstelle wird angelegt
step-addresses = Adressen werden gesetzt
step-routes = Routen werden gesetzt
step-dns = DNS wird gesetzt
step-post-up = PostUp läuft

health-good = in Ordnung
health-idle = ruht
health-no-peers = an, keine Gegenstellen
health-waiting = an, wartet auf die Gegenstelle
health-handshaking = an, noch kein Handshake
health-no-answer = keine Antwort seit { $span }

kill-switch-off = aus
kill-switch-block = sperren
kill-switch-lockdown = Abriegelung

role-status = Tunnel ansehen
role-operate = Tunnel ein- und ausschalten
role-administer = Tunnel ändern und ihre Schlüssel sehen
action-kill-switch = Notschalter öffnen und ändern
action-lockdown = Abriegelungen setzen, lockern und aufheben


## Fehler

error-not-found = es gibt keinen Tunnel mit der Kennung { $id }
error-tunnel-gone = { $tunnel } gibt es nicht mehr: jemand hat ihn entfernt
error-no-such-version = { $tunnel } hat keine Version { $version }
    .command = die vorhandenen zeigt: adit versions { $argument }
error-no-such-takeover = wg-quick hat keinen Tunnel { $name }
    .command = die vorhandenen zeigt: adit take-over
error-name-taken = ein anderer Tunnel heißt schon { $name }
    .advice = einen anderen Namen wählen
error-interface-taken = ein anderer Tunnel hat die Schnittstelle { $interface } schon
    .advice = eine andere Schnittstelle wählen
    .command = eine andere wählen mit --interface
error-conflict = { $tunnel } verträgt sich nicht mit dem, was schon da ist
    .advice = den Konflikt lösen oder den Tunnel trotzdem einschalten
    .command = den Konflikt lösen oder --despite-conflicts angeben
error-conflict-with-tunnel = { $tunnel } verträgt sich nicht mit dem, was schon da ist
    .advice = den anderen Tunnel ausschalten oder diesen trotzdem einschalten
    .command = den anderen ausschalten (adit down { $other }) oder --despite-conflicts angeben
error-not-allowed-kill-switch = den Notschalter von { $tunnel } dürfen Sie weder öffnen noch ändern
    .advice = einen Administrator dieses Computers fragen
    .command = noch einmal mit sudo versuchen
error-not-allowed-lockdown = eine Abriegelung dürfen Sie weder setzen noch lockern oder aufheben
    .advice = einen Administrator dieses Computers fragen
    .command = noch einmal mit sudo versuchen
error-not-allowed-status = das dürfen Sie nicht sehen
    .advice = einen Administrator dieses Computers fragen
    .command = noch einmal mit sudo versuchen
error-not-allowed-operate = Sie dürfen Tunnel nicht ein- und ausschalten
    .advice = am Computer selbst arbeiten oder in der Gruppe `adit-operators` sein
    .command = am Computer selbst arbeiten, in der Gruppe `adit-operators` sein oder es mit sudo versuchen
error-not-allowed-administer = Sie dürfen Tunnel nicht ändern und ihre Schlüssel nicht sehen
    .advice = einen Administrator dieses Computers fragen
    .command = noch einmal mit sudo versuchen
error-invalid = die Konfiguration von { $tunnel } hat Fehler
error-bad-request = der Dienst von Adit hat die Anfrage nicht verstanden: { $detail }
error-changed = jemand hat { $tunnel } inzwischen geändert (jetzt Version { $version }), deshalb wurde nichts gespeichert
    .advice = ansehen und noch einmal versuchen
error-interface-removed = jemand hat die Schnittstelle von { $tunnel } entfernt
    .advice = den Tunnel wieder einschalten
    .command = wieder einschalten mit: adit up { $argument }
error-broken = der gespeicherte Eintrag von { $tunnel } ist nicht lesbar
    .advice = ausschalten, falls er noch etwas sperrt
    .command = falls er noch etwas sperrt, beenden mit: adit down { $argument }
error-hooks-not-approved = { $tunnel } hat Befehle, die als root laufen würden, und niemand hat sie genehmigt
    .advice = die Befehle lesen und genehmigen
    .command = lesen und genehmigen mit: adit approve { $argument }
error-hooks-changed = die Befehle von { $tunnel } sind nicht die genehmigten
    .advice = die Befehle neu lesen und genehmigen
    .command = neu lesen mit: adit approve { $argument }
error-draft-gone = was aus dieser Datei gelesen wurde, ist nicht mehr vorhanden
    .advice = die Datei noch einmal öffnen
error-hook-failed = ein Befehl von { $tunnel } schlug mit Code { $exit } fehl, deshalb wurde alles zurückgenommen
error-hook-not-run = ein Befehl von { $tunnel } konnte nicht laufen oder wurde durch ein Signal beendet, deshalb wurde alles zurückgenommen
error-busy = { $tunnel } wird gerade ein- oder ausgeschaltet
    .advice = danach noch einmal versuchen
error-not-up = { $tunnel } ist nicht an
    .advice = den Tunnel zuerst einschalten
    .command = einschalten mit: adit up { $argument }
error-not-paused = { $tunnel } ist nicht pausiert
error-needs-key = { $tunnel } verlangt den privaten Schlüssel, den der Dienst nicht aufbewahrt
    .advice = den Schlüssel eingeben
    .command = in einem Terminal einschalten, oder mit dem Schlüssel in einer Datei: adit up { $argument } --key-file DATEI (`-` ist die Standardeingabe)
error-wrong-key = das ist nicht der private Schlüssel von { $tunnel }, dessen öffentlicher Schlüssel { $key } ist
error-key-not-kept = { $tunnel } verlangt den privaten Schlüssel, und hierfür muss der Dienst ihn aufbewahren
    .advice = den Schlüssel aufbewahren lassen
    .command = aufbewahren lassen mit: adit key { $argument } keep
error-no-rotation = für { $tunnel } wartet kein neuer Schlüssel
    .advice = einen erzeugen
    .command = einen erzeugen mit: adit rotate { $argument } begin
error-rotation-pending = für { $tunnel } wartet schon ein neuer Schlüssel
    .command = ansehen mit: adit rotate { $argument } show
error-rotation-not-answered = keine Gegenstelle von { $tunnel } hat auf den neuen Schlüssel geantwortet; mit ihm würde der Tunnel verstummen
    .advice = den Gegenstellen den öffentlichen Schlüssel geben
    .command = den Gegenstellen den öffentlichen Schlüssel geben (adit rotate { $argument } show) oder trotzdem abschließen mit --despite-silence
error-read-only = { $tunnel } steht in { $path }, und diese Datei entfernt Adit nicht
    .advice = die Datei entfernen, dann verschwindet der Tunnel
error-unresolved = die Adresse von { $host } wurde nicht gefunden ({ $detail })
    .advice = den Namen prüfen, und ob eine Netzverbindung besteht
error-no-permission = dem Dienst von Adit wurde etwas nicht erlaubt ({ $doing })
    .advice = ins Protokoll des Dienstes sehen
    .command = nachsehen mit: systemctl status aditd
error-missing-tun-device = diesem Computer fehlt /dev/net/tun, das jeder Tunnel braucht
    .command = laden mit: sudo modprobe tun
error-missing-dns-backend = der Tunnel hat DNS-Server, und der Dienst kann sie nicht setzen: systemd-resolved läuft nicht, und ohne die Rechte von root und ein beschreibbares /etc kann der Dienst weder `resolvconf` noch /etc/resolv.conf benutzen
    .advice = systemd-resolved installieren, den Dienst als root laufen lassen (docs/DAEMON.md), `sudo adit up FILE` benutzen oder die Zeile DNS entfernen
error-missing-packet-filter = der Tunnel braucht `nft`, das nicht installiert ist
    .advice = das Paket nftables installieren
error-io = { $doing } schlug fehl: { $detail }
error-too-many-look-ups = die Nameserver antworten nicht, und { $limit } Vorschauen warten schon auf sie
    .advice = später noch einmal versuchen
error-too-large = das ist zu groß: höchstens { $limit } Bytes sind möglich
error-lockdown = { $tunnel } ist aus, und die Abriegelung lässt nichts daran vorbei
    .advice = ein Administrator kann die Abriegelung aufheben
    .command = als Administrator aufheben mit: sudo adit block { $argument } off
error-not-full-tunnel = { $tunnel } nimmt nicht den ganzen Verkehr; eine Abriegelung würde den Rest abschneiden
    .advice = 0.0.0.0/0 oder ::/0 zu AllowedIPs hinzufügen (und Table bei auto lassen) oder die Abriegelung aufheben
    .command = 0.0.0.0/0 oder ::/0 zu AllowedIPs hinzufügen (und Table bei auto lassen) oder die Abriegelung aufheben mit: sudo adit block { $argument } off
error-shutting-down = der Dienst von Adit wird gerade beendet
    .advice = noch einmal versuchen, wenn er wieder da ist
error-internal = das ist ein Fehler in Adit
    .advice = was darüber bekannt ist, steht im Protokoll
    .command = was darüber bekannt ist, steht im Protokoll: adit logs --level debug


## Konflikte

conflict-same-network = { $other } nimmt { $network } schon
conflict-both-take-all = { $other } nimmt schon den ganzen Verkehr
conflict-same-address = { $other } hat die Adresse { $address } schon
conflict-same-port = { $other } benutzt den UDP-Port { $port } schon
conflict-both-set-dns = { $other } setzt schon die DNS-Server des Computers
conflict-interface-exists = es gibt eine Schnittstelle { $interface }, die ein anderes Programm angelegt hat (falls wg-quick: adit take-over { $interface })
conflict-local-network = das Netz, in dem der Computer ist ({ $interface }), hat auch die Adressen { $network }
conflict-other-vpn = ein anderes VPN ({ $interface }) nimmt schon den ganzen Verkehr


## Die Konfiguration

severity-note = Hinweis
severity-warning = Warnung
severity-error = Fehler
diagnostic = Zeile { $line }, Spalte { $column }: { $severity }: { $key }{ $problem }{ $advice }

field-private-key = PrivateKey
field-listen-port = ListenPort
field-fw-mark = FwMark
field-addresses = Address
field-dns = DNS
field-mtu = MTU
field-table = Table
field-save-config = SaveConfig
field-hooks = Befehle
field-peer-added = neue Gegenstelle
field-peer-removed = entfernte Gegenstelle
field-peer-name = Name
field-preshared-key = PresharedKey
field-endpoint = Endpoint
field-further-endpoints = Weitere Endpunkte
field-allowed-ips = AllowedIPs
field-persistent-keepalive = PersistentKeepalive
field-text = Text

change-of-peer = { $field } von { $peer }
change-peer-added = Gegenstelle { $peer } ist neu
change-peer-removed = Gegenstelle { $peer } entfällt
change-hooks = andere Befehle, die neu zu genehmigen sind
change-text = nur Kommentare, Reihenfolge und Leerzeichen
change-both = { $subject }: { $before } -> { $after }
change-set = { $subject }: { $after } (war nicht gesetzt)
change-unset = { $subject }: nicht gesetzt (war { $before })
change-hidden = { $subject }: ein anderer Wert

change-effect-none = ändert nichts am laufenden Tunnel
change-effect-live = sofort
change-effect-restart = beim nächsten Start


## Fehler einer Konfiguration und ihre Berichtigung

quoted = `{ $text }`
quoted-hidden = (nicht gezeigt, es könnte ein Schlüssel sein)
problem-unknown = ein Fehler, den diese Version nicht kennt ({ $code })
problem-empty = die Datei ist leer
problem-foreign = { $kind ->
    [openvpn] das ist ein OpenVPN-Profil, keine WireGuard-Konfiguration
    [ikev2_profile] das ist ein Apple-Profil für IKEv2 oder IPsec, keine WireGuard-Konfiguration
    [apple_profile] das ist ein Konfigurationsprofil von Apple, keine WireGuard-Konfiguration
    [cisco_pcf] das ist ein Profil des IPsec-Clients von Cisco (.pcf), keine WireGuard-Konfiguration
    [strongswan] das ist eine IPsec-Konfiguration (strongSwan), keine WireGuard-Konfiguration
    [pem] das ist eine PEM-Datei (ein Zertifikat oder ein Schlüssel anderer Art), keine WireGuard-Konfiguration
    [html] das ist eine Webseite, keine WireGuard-Konfiguration
    [xml] das ist eine XML-Datei, keine WireGuard-Konfiguration
    [json] das ist eine JSON-Datei, keine WireGuard-Konfiguration
    [wireguard_link] das ist ein wireguard://-Link, keine WireGuard-Konfiguration
    [link] das ist ein Link (URL), keine WireGuard-Konfiguration
    [zip] das ist ein zip-Archiv, keine WireGuard-Konfiguration
    [tar] das ist ein tar-Archiv, keine WireGuard-Konfiguration
    [compressed] das ist eine komprimierte Datei, keine WireGuard-Konfiguration
    [image] das ist ein Bild, keine WireGuard-Konfiguration
    [pdf] das ist eine PDF-Datei, keine WireGuard-Konfiguration
    [program] das ist ein Programm, keine WireGuard-Konfiguration
   *[other] das ist keine WireGuard-Konfiguration
}
problem-missing-interface = der Abschnitt [Interface] fehlt
problem-too-many = zu viele Befunde, die übrigen werden nicht gezeigt
problem-outside-section = die Zeile muss in einem Abschnitt stehen
problem-missing-equals = der Zeile fehlt das Gleichheitszeichen
problem-semicolon-comment = `;` leitet keinen Kommentar ein
problem-unknown-section = unbekannter Abschnitt { $text }
problem-spaces-in-header = Leerzeichen in der Abschnittsüberschrift, die wg-quick dann nicht erkennt
problem-repeated-interface = ein zweites [Interface] (das erste steht in Zeile { $first }); es wird als dessen Fortsetzung gelesen
problem-unknown-key = unbekanntes Schlüsselwort { $text }
problem-nameless-key = das sieht wie ein kryptografischer Schlüssel aus, aber davor steht kein `NAME =`
problem-wrong-section = dieses Schlüsselwort steht im falschen Abschnitt
problem-dialect = { $kind ->
    [amneziawg] { $name } gehört zu AmneziaWG, das die Pakete verändert; dies ist ein Client für WireGuard und erreicht solche Server nicht
    [wiresock] { $name } ist eine Option von WireSock, die den Verkehr des Tunnels auswählt; hier bewirkt sie nichts
    [android] { $name } hat nur unter Android eine Bedeutung und wird hier nicht beachtet
   *[other] { $name } gehört zu einem anderen Programm
}
problem-empty-value = der Wert fehlt
problem-left-out = der Wert fehlt; diese Zeile wird nicht beachtet
problem-repeated-key = noch einmal angegeben (zuerst in Zeile { $first }); diese Angabe gilt
problem-invisible = ein unsichtbares Zeichen ({ $character }) wird als Leerzeichen gelesen
problem-line-break = ein Zeilenumbruch eines anderen Systems ({ $character }) mitten in der Zeile
problem-key = { $kind ->
    [length] ungültiger Schlüssel: er hat { $characters } Zeichen, ein Schlüssel hat 44
    [padding] ungültiger Schlüssel: das `=` am Ende fehlt
    [alphabet] ungültiger Schlüssel: er enthält ein Zeichen, das es in base64 nicht gibt
    [url_safe] ungültiger Schlüssel: er steht in der URL-Variante von base64
    [hexadecimal] ungültiger Schlüssel: er ist hexadezimal
    [not_canonical] ungültiger Schlüssel: sein letztes Zeichen vor dem `=` kommt in keinem Schlüssel vor, er ist also vertippt oder abgeschnitten
    [zero] ungültiger Schlüssel: er besteht nur aus Nullen
    [low_order] ungültiger Schlüssel: er ist einer der wenigen, mit denen es kein Geheimnis geben kann
   *[other] ungültiger Schlüssel
}
problem-mask = das steht für einen gespeicherten Schlüssel, und für diese Stelle ist keiner gespeichert
problem-cidr = { $kind ->
    [empty] { $text }: leer
    [address] { $text }: keine IPv4- oder IPv6-Adresse
    [prefix] { $text }: die Präfixlänge ist keine Zahl
    [netmask] { $text }: eine Netzmaske ist keine Präfixlänge
    [prefix_too_long] { $text }: die Präfixlänge ist größer als { $maximum }
   *[other] { $text }: keine Adresse mit Präfixlänge
}
problem-empty-item = zwei Kommas hintereinander, oder eines zu viel am Anfang oder Ende
problem-endpoint = { $kind ->
    [empty] { $text }: leer
    [port_missing] { $text }: der Port fehlt
    [port] { $text }: der Port ist keine Zahl von 1 bis 65535
    [bracket] { $text }: die schließende Klammer fehlt
    [ipv6] { $text }: keine IPv6-Adresse
    [name_in_brackets] { $text }: in Klammern stehen nur IPv6-Adressen, keine Namen
    [ipv4] { $text }: keine IPv4-Adresse
    [name_empty] { $text }: kein Hostname: er ist leer
    [name_too_long] { $text }: kein Hostname: er hat mehr als 253 Zeichen
    [name_label] { $text }: kein Hostname: ein Teil zwischen zwei Punkten ist leer, länger als 63 Zeichen, oder beginnt oder endet mit `-`
    [name_not_ascii] { $text }: kein Hostname: er enthält Buchstaben außerhalb von ASCII; die Form mit xn-- verwenden
    [name_character] { $text }: kein Hostname: das Zeichen '{ $character }' kann darin nicht vorkommen
    [zone] { $text }: nach `%` steht keine Schnittstelle
    [prefix] { $text }: ein Endpunkt hat keine Präfixlänge
    [url] { $text }: eine URL ist kein Endpunkt
   *[other] { $text }: kein Endpunkt
}
problem-no-first-endpoint = weitere Endpoints bei einem Peer ohne ersten, den andere Programme benutzen würden
problem-too-many-endpoints = mehr als 16 Endpoints bei einem Peer
problem-brackets = eine IPv6-Adresse ohne Klammern; die letzte Zahl wird als Port gelesen
problem-number = { $kind ->
    [not_a_number] { $text } ist keine Zahl
    [range] { $text } liegt nicht zwischen { $minimum } und { $maximum }
   *[other] { $text } kann hier nicht stehen
}
problem-table = { $kind ->
    [word] { $text }: weder `auto` noch `off` noch eine Zahl
    [range] { $text }: eine Routingtabelle ist eine Zahl von 1 bis 4294967295
   *[other] { $text }: keine Routingtabelle
}
problem-boolean = { $text } ist weder `true` noch `false`
problem-dns-server = { $text } ist keine IP-Adresse
problem-search-domain = { $kind ->
    [name_empty] { $text } ist keine Suchdomäne: sie ist leer
    [name_too_long] { $text } ist keine Suchdomäne: sie hat mehr als 253 Zeichen
    [name_label] { $text } ist keine Suchdomäne: ein Teil zwischen zwei Punkten ist leer, länger als 63 Zeichen, oder beginnt oder endet mit `-`
    [name_not_ascii] { $text } ist keine Suchdomäne: sie enthält Buchstaben außerhalb von ASCII; die Form mit xn-- verwenden
    [name_character] { $text } ist keine Suchdomäne: das Zeichen '{ $character }' kann darin nicht vorkommen
   *[other] { $text } ist keine Suchdomäne
}
problem-hook = { $kind ->
    [empty] leer
    [control] das Steuerzeichen '{ $character }' kann in einem Befehl nicht vorkommen
   *[other] das ist kein Befehl
}
problem-hash-in-hook = `#` gehört zu diesem Befehl, aber wg-quick würde den Befehl dort beenden
problem-missing-private-key = eine Schnittstelle braucht einen privaten Schlüssel
problem-private-key-from-hook = die Schnittstelle hat keinen PrivateKey, bis ein Befehl ihn setzt
problem-missing-public-key = jede Gegenstelle braucht einen öffentlichen Schlüssel, und diese hat keinen
problem-private-key-published = das ist der private Schlüssel der Schnittstelle, den niemand sonst kennen darf
problem-own-peer = das ist der eigene Schlüssel der Schnittstelle; WireGuard beachtet eine solche Gegenstelle nicht
problem-zero-preshared-key = ein Schlüssel aus Nullen ist so gut wie keiner
problem-repeated-peer = dieselbe Gegenstelle wie in Zeile { $first }; wie bei wg gelten die Einstellungen hier statt der früheren, und diese AllowedIPs ersetzen die früheren
problem-host-bits = Bits des Hosts sind gesetzt; gelesen wird { $value }
problem-no-prefix = keine Präfixlänge; gelesen wird { $value }
problem-allowed-ip-moved = { $network } gehört auch zur Gegenstelle in Zeile { $first }; diese hier, die spätere, bekommt es
problem-allowed-ip-repeated = { $network } ist zweimal angegeben
problem-incremental = `+` und `-` brauchen wg 1.0.20250521 oder neuer; ältere lehnen die Datei ab
problem-nothing-to-remove = { $network } steht nicht in der Liste, es gibt also nichts zu entfernen
problem-too-many-allowed-ips = mehr als 200.000 Einträge in AllowedIPs
problem-only-ipv4-default = das ganze IPv4 geht durch den Tunnel, IPv6 aber nicht
problem-only-ipv6-default = das ganze IPv6 geht durch den Tunnel, IPv4 aber nicht
problem-default-beside-others = { $others ->
    [one] diese Gegenstelle bekommt alles, wofür die andere kein engeres Netz hat
   *[other] diese Gegenstelle bekommt alles, wofür die { $others } anderen kein engeres Netz haben
}
problem-unreachable = keine Gegenstelle hat einen Endpoint, und ohne ListenPort findet keine dieses Ende
problem-search-without-server = Suchdomänen ohne Server, deshalb werden sie nicht gesetzt (wie bei wg-quick)
problem-small-mtu = unter 576 Byte versagen viele Programme
problem-mtu-too-small-for-ipv6 = IPv6 braucht mindestens 1280 Byte; das System schaltet es auf dieser Schnittstelle ab
problem-shared-private-key = der Tunnel { $tunnel } hat denselben Schlüssel, und eine Gegenstelle beider hält sie für einen einzigen

advice-add-sections = eine Konfiguration hat einen Abschnitt [Interface] und je Gegenstelle einen Abschnitt [Peer]
advice-use-openvpn = OpenVPN braucht einen eigenen Client; den Anbieter nach einer WireGuard-Konfiguration fragen
advice-use-ipsec = IPsec braucht einen anderen Client; den Anbieter nach einer WireGuard-Konfiguration fragen
advice-unpack = die Datei zuerst entpacken
advice-download-file = die Datei selbst herunterladen, nicht die Seite um sie herum
advice-ask-for-file = Programme sind sich über solche Links nicht einig; um die Konfiguration als .conf-Datei oder als QR-Code bitten
advice-follow-link = die Datei hinter dem Link herunterladen, oder den Link selbst an `adit import` geben
advice-add-section = [Interface] oder [Peer] darüber schreiben
advice-add-equals = NAME = WERT schreiben, oder die Zeile mit `#` zum Kommentar machen
advice-begin-comment = den Kommentar mit `#` beginnen
advice-suggest-section = gemeint ist vielleicht { $suggestion }
advice-choose-section = die Abschnitte heißen [Interface] und [Peer]
advice-remove-spaces = die Leerzeichen entfernen
advice-suggest-key = gemeint ist vielleicht { $suggestion } (in { $section })
advice-name-key = PrivateKey =, PublicKey = oder PresharedKey = davor schreiben
advice-move-key = es gehört in { $section }
advice-remove-line = die Zeile entfernen; allein AllowedIPs wählt den Verkehr des Tunnels aus
advice-ask-for-plain-configuration = den Anbieter nach einer reinen WireGuard-Konfiguration fragen
advice-add-value = einen Wert angeben, oder die Zeile entfernen
advice-remove-one = eine der beiden Angaben entfernen
advice-save-line-ends = die Datei mit Zeilenenden von Unix oder Windows speichern
advice-add-padding = das `=` anfügen
advice-replace-url-safe = `+` statt `-` und `/` statt `_` schreiben
advice-write-base64 = den Schlüssel in base64 schreiben
advice-make-key = mit `adit genkey` einen erzeugen
advice-copy-private-key = den ganzen Schlüssel kopieren: 44 Zeichen, das letzte ist `=`; `adit genkey` erzeugt einen
advice-copy-preshared-key = den ganzen Schlüssel kopieren: 44 Zeichen, das letzte ist `=`; `adit genpsk` erzeugt einen
advice-copy-key = den ganzen Schlüssel kopieren: 44 Zeichen, das letzte ist `=`
advice-write-masked-key = den Schlüssel selbst schreiben, oder die Zeile an ihren Platz zurücksetzen
advice-write-prefix = /{ $prefix } schreiben
advice-write-shorter-prefix = eine Präfixlänge von 0 bis { $maximum } schreiben
advice-write-address = so schreiben: 10.0.0.2/32 oder fd00::2/128
advice-write-network = so schreiben: 10.0.0.0/24, 0.0.0.0/0 oder fd00::/64
advice-remove-comma = das Komma entfernen
advice-add-port = einen Port anfügen, wie in vpn.example.org:51820 oder [2001:db8::1]:51820
advice-remove-prefix = das `/` und die Zahl dahinter entfernen
advice-write-port = den Port als Zahl von 1 bis 65535 schreiben
advice-remove-brackets = den Namen ohne Klammern schreiben, wie in vpn.example.org:51820
advice-write-first-endpoint = den ersten als Endpoint = host:port schreiben
advice-close-bracket = die Klammer schließen, wie in [2001:db8::1]:51820
advice-write-ipv6-endpoint = so schreiben: [2001:db8::1]:51820 oder [fe80::1%eth0]:51820
advice-write-ascii-name = den Namen in der Form mit xn-- schreiben
advice-write-endpoint = so schreiben: vpn.example.org:51820 oder 192.0.2.1:51820
advice-write-value = { $value } schreiben
advice-write-comment = Kommentare beginnen mit `#`
advice-write-listen-port = eine Zahl von 0 bis 65535 schreiben; bei 0 wählt das System
advice-write-fwmark = `off`, eine Zahl, oder 0x und hexadezimale Ziffern schreiben; höchstens 32 Bit
advice-write-mtu = eine Zahl von 68 bis 65535 schreiben, oder die Zeile weglassen, damit der Wert ermittelt wird
advice-write-keepalive = `off` oder Sekunden von 1 bis 65535 schreiben
advice-write-table = `auto`, `off` oder eine Zahl von 1 bis 4294967295 schreiben
advice-write-boolean = `true` oder `false` schreiben
advice-remove-dns-port = { $value } schreiben: ein Nameserver wird immer auf Port 53 gefragt
advice-write-plain-dns-server = DNS über HTTPS oder TLS lässt sich hier nicht einstellen; die Adresse eines Servers schreiben, etwa 10.0.0.53
advice-write-dns-server = eine Adresse wie 10.0.0.53 schreiben, ohne Port und Präfixlänge
advice-write-search-domain = eine Domäne wie corp.example schreiben: Buchstaben, Ziffern, `-` und `_`, mit Punkten dazwischen
advice-add-private-key = PrivateKey = … hinzufügen, erzeugt mit `adit genkey`
advice-add-public-key = PublicKey = … hinzufügen; diesen Schlüssel hat der Verwalter der Gegenstelle
advice-replace-private-key = den öffentlichen Schlüssel der Gegenstelle hierher schreiben; wurde die Datei weitergegeben, einen neuen privaten Schlüssel erzeugen
advice-add-ipv6-default = ::/0 hinzufügen, falls das nicht gewollt ist
advice-add-ipv4-default = 0.0.0.0/0 hinzufügen, falls das nicht gewollt ist
advice-add-endpoint = einer Gegenstelle einen Endpoint geben, oder hier einen ListenPort
advice-add-dns-server = die Adresse eines DNS-Servers hinzufügen
advice-move-comment = falls es ein Kommentar ist, ihn auf eine eigene Zeile setzen
advice-make-own-key = jedem Tunnel und jedem Gerät einen eigenen Schlüssel geben


## Dateien, aus denen kein Tunnel werden kann

refusal-unknown = daraus kann kein Tunnel werden ({ $code })
refusal-too-large = die Datei hat { $bytes } Byte; eine Konfiguration hat höchstens 1 MiB
refusal-utf16 = der Text ist in UTF-16; ihn als UTF-8 speichern
refusal-nul = Zeile { $line }, Spalte { $column }: ein NUL-Byte kann in einer Konfiguration nicht vorkommen
refusal-not-utf8 = Zeile { $line }, Spalte { $column }: kein UTF-8 (vielleicht Latin-1 oder Windows-1252); die Datei als UTF-8 speichern
refusal-foreign = { problem-foreign }
refusal-not-configuration = das ist keine WireGuard-Konfiguration, denn die hätte einen Abschnitt [Interface]
refusal-errors = Zeile { $line }, Spalte { $column }: { $key }{ $problem }{ $advice }{ $others ->
    [0] {""}
    [one] {" "}(und 1 weiterer Befund)
   *[other] {" "}(und { $others } weitere Befunde)
}
refusal-name = { $kind ->
    [empty] der Name eines Tunnels darf nicht leer sein
    [too_long] der Name eines Tunnels hat höchstens 64 Zeichen, dieser hat { $characters }
    [invisible] das Zeichen '{ $character }' ist unsichtbar oder ändert, wie andere erscheinen; es weglassen
    [like_a_path] der Name eines Tunnels darf nicht mit `-` oder `.` beginnen und kein `/` oder `\` enthalten
    [space] der Name eines Tunnels darf nicht mit einem Leerzeichen beginnen oder enden
   *[other] aus dem Namen der Datei lässt sich kein Name bilden
}
refusal-archive-too-large = das Archiv hat { $bytes } Byte; höchstens 16 MiB werden angenommen
refusal-archive-too-many-entries = das Archiv hat mehr als 10.000 Einträge; es aufteilen
refusal-archive-damaged = das Archiv ist beschädigt oder abgeschnitten; es noch einmal kopieren oder herunterladen
refusal-archive-trailing = hinter dem Archiv stehen andere Daten; die Dateien neu packen
refusal-archive-overlapping = Einträge des Archivs überlappen sich, was kein ehrliches Programm schreibt; die Dateien neu packen
refusal-archive-unpacked = das Archiv ist entpackt größer als 64 MiB; es aufteilen
refusal-archive-missing = die Datei ist komprimiert, enthält aber kein tar-Archiv; sie zuerst entpacken
refusal-archive-empty = das Archiv enthält keine Datei
refusal-entry-path-too-long = der Pfad des Eintrags ist länger als 1.024 Byte
refusal-entry-encrypted = der Eintrag ist verschlüsselt; das Archiv mit seinem Passwort entpacken und die Dateien importieren
refusal-entry-not-a-file = der Eintrag ist ein Link oder ein Gerät, keine Datei
refusal-entry-hidden = der Eintrag ist versteckt: sein Name beginnt mit einem Punkt; ihn umbenennen, damit er importiert wird
refusal-entry-same-name = ein früherer Eintrag des Archivs heißt genauso (Groß- und Kleinschreibung zählen nicht); einen umbenennen
refusal-entry-nested = das ist ein Archiv im Archiv; es zuerst entpacken
refusal-entry-method = der Eintrag ist mit einem Verfahren komprimiert, das hier unbekannt ist; die Dateien neu packen
refusal-entry-too-large = der Eintrag ist entpackt größer als 1 MiB, was keine Konfiguration ist
refusal-entry-bomb = der Eintrag ist entpackt mehr als 100-mal so groß wie gepackt, wie bei einer Dekompressionsbombe
refusal-entry-damaged = der Eintrag ist beschädigt
refusal-picture-format = Bilder dieser Art können nicht gelesen werden; es als PNG, JPEG oder WebP speichern
refusal-picture-too-large = das Bild hat { $bytes } Byte; höchstens 10 MiB werden angenommen: den QR-Code ausschneiden
refusal-picture-too-many-pixels = das Bild hat { $width } x { $height } Pixel, das sind zu viele; den QR-Code ausschneiden
refusal-picture-damaged = das Bild ist beschädigt oder abgeschnitten; es noch einmal kopieren oder herunterladen
refusal-picture-no-code = in dem Bild ist kein QR-Code zu sehen; er sollte scharf und gerade sein und einen weißen Rand haben
refusal-picture-unreadable = der QR-Code ist nicht lesbar; ein schärferes Bild davon machen, gerade von vorn
refusal-picture-too-confusing = das Bild ist zu unübersichtlich, um darin einen QR-Code zu suchen; den Code mit weißem Rand ausschneiden
refusal-not-base64 = die Bytes der Datei sind nicht in base64
refusal-pictures-too-many-pixels = die Bilder haben zusammen mehr als 160 Megapixel; weniger auf einmal importieren
refusal-files-too-large = die Dateien enthalten mehr als 64 MiB an Konfigurationen; weniger auf einmal importieren
refusal-files-too-many = es sind mehr als 1.000 Dateien oder mehr als 32 MiB; der Rest fehlt, getrennt importieren
refusal-file-too-large = die Datei ist größer als 16 MiB; mehr wird nicht angenommen
refusal-file-unreadable = die Datei ist nicht da, keine Datei oder darf nicht gelesen werden
refusal-folder-empty = in diesem Ordner ist keine .conf-Datei
refusal-folder-too-many-files = in diesem Ordner sind mehr als 10.000 .conf-Dateien; in Teilen importieren
refusal-folder-unreadable = der Ordner ist nicht lesbar: { $why }


## Was das Einschalten bewirkt

preview-interface = würde die Schnittstelle { $interface } mit MTU { $mtu } anlegen ({ $source })
mtu-configured = wie konfiguriert
mtu-route = nach der Route zu den Gegenstellen
mtu-assumed = angenommen, da es keine Route zu den Gegenstellen gibt
preview-label-address = Adresse
preview-label-port = Port
preview-port = UDP-Port { $port }
preview-label-peer = Peer
preview-peer = { $name } bei { $endpoint }
preview-peer-found = { $name } bei { $endpoint }, also { $address }
preview-peer-not-found = { $name } bei { $endpoint }, zurzeit nicht bekannt
preview-peer-waits = { $name }, muss selbst beginnen
preview-more-peers = und { $count ->
    [one] eine weitere Gegenstelle
   *[other] { $count } weitere Gegenstellen
}
preview-more-effects = und { $count ->
    [one] eine weitere Änderung
   *[other] { $count } weitere Änderungen
}
effect-label-route = Route
effect-route = { $network } ({ $detail })
effect-takes-all-ipv4 = alles in IPv4{ $except } ({ $detail })
effect-takes-all-ipv6 = alles in IPv6{ $except } ({ $detail })
effect-except = , außer zu { $networks }
effect-private-networks = private Netze vor Ort
effect-endpoints-outside = { $networks }, ohne verschlüsselte Pakete ({ $detail })
effect-label-dns = DNS
effect-dns = { $servers } ({ $by })
effect-dns-only = { $servers } nur für Namen in { $domains } ({ $by })
effect-dns-by = durch { $detail }
effect-dns-impossible = NICHTS hier kann es setzen, deshalb wird der Tunnel nicht starten
effect-label-search = Suche
effect-label-firewall = Firewall
effect-addresses-guarded = verwirft, was an die Adressen des Tunnels über andere Schnittstellen kommt
effect-answers-accepted = lässt die Antworten der Gegenstellen durch die strenge Rückwegprüfung
effect-kill-switch = lässt nichts hinaus, was nicht durch den Tunnel geht
effect-label-runs = läuft
effect-label-not-run = ruht
effect-command-hidden = (verborgen; zu sehen mit sudo)


## Warnungen zu einem Tunnel

warning-ipv6-outside = IPv6 geht AM Tunnel VORBEI, weil das erlaubt ist (oder dieser Computer kein IPv6 hat); AllowedIPs hat 0.0.0.0/0, aber nicht ::/0
warning-ipv6-closed = IPv6 ist gesperrt, solange der Tunnel an ist: AllowedIPs hat 0.0.0.0/0, aber nicht ::/0
    .advice = ::/0 hinzufügen, damit IPv6 durch den Tunnel geht, oder es am Tunnel vorbei lassen
    .command = ::/0 hinzufügen, damit IPv6 durch den Tunnel geht, oder es vorbei lassen mit: sudo adit ipv6 { $argument } allow
    .option = ::/0 hinzufügen, damit IPv6 durch den Tunnel geht, oder es vorbei lassen mit: --allow-ipv6
warning-ipv4-outside = IPv4 geht AM Tunnel VORBEI: AllowedIPs hat ::/0, aber nicht 0.0.0.0/0
    .advice = 0.0.0.0/0 hinzufügen, damit es hindurch geht
warning-no-firewall = nft ist nicht installiert, deshalb werden Pakete an die Adressen des Tunnels auch von anderen Schnittstellen angenommen, und strenge Rückpfadfilterung verwirft die Antworten der Gegenstellen
    .advice = nftables installieren
warning-hooks-not-approved = die Befehle sind nicht genehmigt, deshalb wird der Tunnel nicht starten
    .advice = die Befehle lesen und genehmigen
    .command = lesen mit: adit approve { $argument }
warning-hooks-in-sh = bash ist nicht installiert, deshalb laufen die Befehle in sh: was nur bash versteht, wie <(...) und [[ ... ]], schlägt fehl
    .advice = bash installieren
warning-search-without-server = DNS hat Suchdomänen ({ $domains }), aber keinen Server, deshalb werden sie nicht gesetzt (wie bei wg-quick)
warning-split-dns-left-out = dieser Computer kann die DNS-Server des Tunnels nicht nur nach { $domains } fragen, deshalb fragt er sie nach ALLEN Namen
    .advice = systemd-resolved kann es, und openresolv mit dnsmasq oder unbound
warning-mtu-too-large = MTU = { $mtu } ist zu groß für den Weg zur Gegenstelle: Pakete dieser Größe gehen verloren
    .advice = MTU = { $fits } schreiben oder die Zeile entfernen
warning-ipv6-left-out = der Tunnel hat hier kein IPv6 und startet nur mit IPv4, weil { $because }
warning-unresolved = die Adresse von { $host } wurde eben nicht gefunden; sie wird wieder gesucht
warning-not-looked-up = die Adresse von { $host } wird für Benutzer, die nur ansehen dürfen, nicht gesucht
warning-file-readable-by-others = andere können { $path } lesen, worin Schlüssel stehen
    .advice = nur den Eigentümer lesen lassen
    .command = das behebt: chmod 600 { $path }


## Warum Pakete einen Weg nehmen

route-narrowest = { $network } ist das engste Netz, das sie enthält
route-takes-all = der Tunnel nimmt alles ({ $detail })
route-private-network = { $network } ist ein lokales Netz und bleibt draußen, während ein Tunnel alles andere nimmt
route-own-address = es ist dieser Computer selbst
route-no-tunnel = kein Tunnel, der an ist, enthält sie
route-through = { $ip } geht durch { $tunnel } zur Gegenstelle { $peer }: { $why }
route-outside = { $ip } geht an allen Tunneln vorbei: { $why }
route-outside-over = { $ip } geht an allen Tunneln vorbei, über { $interface }: { $why }
route-no-peer = { $ip } geht in { $tunnel } und wird dort verworfen: keine Gegenstelle hat sie in ihren AllowedIPs
route-other = könnte durch { $tunnel } zur Gegenstelle { $peer } gehen, die { $network } hat


## Was Listen und `adit status` von einem Tunnel zeigen

status-label-addresses = Adressen
status-label-also-tries = Versucht auch
status-label-at-start = Beim Start
status-label-commands = Befehle
status-label-conflict = Im Konflikt
status-label-differs = Abweichung
status-label-file = Datei
status-label-handshake = Handshake
status-label-ipv6 = IPv6
status-label-key = Schlüssel
status-label-lan = LAN
status-label-namespace = Namensraum
status-label-note = Hinweis
status-label-port = UDP-Port
status-label-preshared-key = Gemeinsamer Schlüssel
status-label-private-key = Privater Schlüssel
status-label-problem = Problem
status-label-rate = Rate
status-label-received = Empfangen
status-label-reminder = Erinnerung
status-label-retry = Neuer Versuch
status-label-routing-loop = Routing-Schleife
status-label-sent = Gesendet
status-label-since = Seit
status-label-state = Zustand
status-label-up = An
status-label-warning = Warnung
status-label-why = Grund

status-no-tunnels = Es gibt keine Tunnel
    .command = importieren mit: adit import DATEI
status-key-age = mindestens { $span } alt
status-key-age-old = mindestens { $span } alt, Zeit für einen neuen
status-key-asked = wird bei jedem Start erfragt; der Dienst bewahrt ihn nicht auf
status-new-key = { $key } wartet, erzeugt { $ago }
status-starts-at-boot = startet mit dem Computer
status-stays-off = bleibt aus
status-lan-allowed = erlaubt
status-lan-blocked = gesperrt
status-ipv6-outside = darf am Tunnel vorbei, wenn er alles von IPv4 und nichts von IPv6 nimmt
status-reminder = wenn ein Schlüssel { $days ->
    [one] { $days } Tag
   *[other] { $days } Tage
} alt ist
status-hooks-approved = genehmigt
status-hooks-not-approved = nicht genehmigt
    .command = lesen und genehmigen mit: adit approve { $argument }
status-unusable = die Konfiguration hat Fehler
    .command = ansehen mit: adit edit { $argument }
status-retry-in = in { $span }
status-no-retry = nicht von selbst
status-up-for = seit { $span }
status-other-namespace = die Schnittstelle kam in einen anderen Netzwerk-Namensraum; verschlüsselte Pakete gehen aus diesem hinaus
status-data-path = { $queues ->
    [one] { $queues } Warteschlange
   *[other] { $queues } Warteschlangen
}; Entlastungen: { $offloads }
status-data-path-plain = { $queues ->
    [one] { $queues } Warteschlange
   *[other] { $queues } Warteschlangen
}, keine Entlastungen
status-offload-tun-tcp = TCP-Segmente
status-offload-tun-udp = UDP-Segmente
status-offload-send = gebündeltes Senden
status-offload-receive = gebündelter Empfang
status-routing-loops = { $count ->
    [one] { $count } verschlüsseltes Paket kam in den Tunnel zurück und wurde verworfen
   *[other] { $count } verschlüsselte Pakete kamen in den Tunnel zurück und wurden verworfen
}: die Route zum Endpunkt einer Gegenstelle führt durch den Tunnel
    .command = Entfernen Sie die Route oder Regel, die es dorthin schickt; nachsehen mit: ip route get ENDPUNKT
status-differs = der laufende Tunnel weicht von seiner gespeicherten Konfiguration ab
    .command = die Konfiguration anwenden mit: adit reload { $argument }
status-peer-from-outside = steht nicht in der Konfiguration; ein anderes Programm hat sie hinzugefügt
status-endpoint-none = keiner; wartet darauf, dass die Gegenstelle beginnt
status-endpoint-resolved = { $endpoint }, also { $address }
status-endpoint-moved = { $address }, umgezogen (konfiguriert: { $endpoint })
status-more-networks = und { $count } weitere
status-preshared-key-set = gesetzt
status-keepalive = alle { $seconds } s
status-more-peers = { $count ->
    [one] { $count } weitere Gegenstelle
   *[other] { $count } weitere Gegenstellen
}
    .command = alle zeigt: adit status --all-peers { $argument }


## Versionen einer Konfiguration, und ein neuer Schlüssel

version-line = { $ago }, { $origin }
version-line-current = { $ago }, { $origin } (aktuell)
version-imported = importiert
version-edited = bearbeitet
version-restored = wieder Version { $version }
version-rotated = neuer Schlüssel
version-saved = aus dem Laufenden gespeichert

rotation-answered = { $peer }: kennt den neuen Schlüssel
rotation-silent = { $peer }: antwortet dem neuen Schlüssel nicht
rotation-not-asked = { $peer }: hat keinen Endpunkt und konnte nicht gefragt werden


## Ereignisse

event-added = { $tunnel } ist neu
event-changed = { $tunnel }: { $state }
event-removed = { $tunnel } ist entfernt
event-traffic = { $tunnel }: { $traffic }
event-key-old = { $tunnel }: der Schlüssel ist alt; geben Sie ihm einen neuen
event-preshared-key-old = { $tunnel }: der gemeinsame Schlüssel mit { $peer } ist alt; geben Sie beiden einen neuen

## On-demand rules
error-no-such-rule = es gibt keine Regel { $number }
error-network-none = der Computer ist jetzt in keinem Netz, das eine Regel erkennen könnte
error-network-nothing-known = über dieses Netz ist nichts bekannt, das es von anderen unterscheidet
error-network-gateway-unknown = das Gateway dieses WLANs hat noch nicht geantwortet, und der Name allein beweist nichts; gleich noch einmal versuchen
event-rules-changed = die Regeln oder die Netze, nach denen sie sich richten, haben sich geändert
log-rules-set = { $by } hat die Regeln ersetzt (Stand { $revision })
log-rules-broken = die gespeicherten Regeln sind unbrauchbar, deshalb gelten die am besten schützenden: { $error }
log-rules-acted = { $source }, in { $networks }: { $action }; Notschalter: { $switch }
log-rule-not-carried-out = was die Regeln wollen, konnte nicht ausgeführt werden: { $error }
log-choice-on = von Hand eingeschaltet; die Regeln beachten das, bis das Netz wechselt
log-choice-off = von Hand ausgeschaltet; die Regeln beachten das, bis das Netz wechselt
log-choice-ended = die Regeln entscheiden wieder
log-rules-paused = die Regeln sind pausiert, bis das Netz wechselt
log-rules-paused-for = die Regeln sind für { $span } pausiert
log-rules-resumed = die Pause der Regeln ist vorbei
log-auto-off-reached = wird ausgeschaltet, weil seine Zeit um ist
log-next-endpoint-tried = der Server antwortet nicht, deshalb wird seine nächste Adresse versucht
log-endpoint-chosen = der Tunnel benutzt jetzt diesen Endpoint: { $endpoint }
log-routing-changed = befördert jetzt andere Netze, mit derselben Sitzung
log-networks-unknown = die Netze können nicht beobachtet werden, deshalb gilt die am besten schützende Folge der Regeln: { $error }
rules-none = es gibt keine Regeln
rules-source-rule = Regel { $number }
rules-source-named = Regel { $number } ({ $name })
rules-reason = Regel { $number }: { $what }
rules-reason-otherwise = die Vorgabe, weil keine Regel passt
rules-source-otherwise = die Vorgabe
rules-source-fail-secure = die Regeln haben keine Vorgabe, deshalb das am besten Schützende
rules-up = an: { $tunnels }
rules-down = kein Tunnel der Regeln ist an
rules-leave = alle Tunnel bleiben, wie sie sind
rules-with-mode = { $tunnel } ({ $mode })
rules-mode-everything = alles
rules-mode-except-lan = alles außer diesem LAN
rules-mode-private = private Bereiche
rules-mode-only = nur { $networks }
rules-kill-switch-off = aus
rules-kill-switch-when-untrusted = nur wenn nicht vertraut
rules-kill-switch-always = immer
rules-as-tunnel = wie jeder Tunnel eingestellt ist
rules-switch-open = offen
rules-switch-closed = geschlossen
rules-verdict-matched = trifft zu
rules-verdict-not-matched = trifft nicht zu
rules-verdict-unknown = unbekannt
rules-seen-no-facts = über die Netze ist nichts bekannt
rules-seen-no-network = in keinem Netz
rules-seen-network = in einem Netz
rules-seen-nothing = keine
rules-no-known-network = keinem bekannten Netz
rules-seen-yes = ja
rules-seen-no = nein
rules-seen-home-not-asked = noch nicht gefragt
rules-seen-home-no-answer = niemand hat geantwortet
rules-uncertain = nicht alles ist bekannt, deshalb gilt die am besten schützende Möglichkeit
rules-missing = diese Tunnel gibt es nicht: { $tunnels }
rules-decided = { $source }: { $action }; Notschalter: { $switch }
rules-pending = in { $span }: { $action }; Notschalter: { $switch }
rules-choice-on = { $tunnel } wurde von Hand eingeschaltet; im nächsten Netz entscheiden wieder die Regeln
rules-choice-off = { $tunnel } wurde von Hand ausgeschaltet; im nächsten Netz entscheiden wieder die Regeln
rules-at-the-latest = { $line } (spätestens in { $span })
rules-auto-off = { $tunnel } wird in { $span } ausgeschaltet
rules-failing = der Server von { $tunnel } antwortet nicht
rules-broken = die gespeicherten Regeln sind nicht lesbar, deshalb gelten die am besten schützenden; ersetzen Sie sie
problem-rule-unknown-statement = { $text } beginnt weder eine Regel noch eine Einstellung
problem-rule-expected = { $kind ->
    [condition] eine Bedingung
    [and_or_then] `and` / `then`
    [action] `up`, `down` / `leave`
    [tunnel_name] der Name eines Tunnels
    [kill_switch] `kill switch`
    [kill_switch_setting] `always`, `only when untrusted` / `off`
    [wifi_name] der Name eines WLANs in Anführungszeichen
    [mac] eine Hardwareadresse
    [network] ein Netz
    [suffix] ein DNS-Suffix
    [public_key] ein öffentlicher Schlüssel
    [window] ein Zeitfenster
    [seconds] eine Dauer
    [step] `next endpoint`, `up` / `down`
    [when] `when`
   *[word] `{ $word }`
} wird hier erwartet, { $found ->
    [end] und die Zeile endet
   *[other] nicht { $text }
}
problem-rule-leftover = die Regel ist vollständig, und { $text } bleibt übrig
problem-rule-unknown-condition = es gibt keine Bedingung { $text }
problem-rule-unclosed = das zweite Anführungszeichen fehlt
problem-rule-typographic-quote = { $character } ist nicht das Anführungszeichen dieser Sprache
problem-rule-escape = ein Backslash steht in einem Namen vor `\`, `"` oder `x` und zwei Hexadezimalziffern
problem-rule-pattern = { $kind ->
    [empty] ein Muster kann nicht leer sein; `*` steht für jeden Namen
    [escape] nach einem Backslash können `*`, `?`, `!`, `"`, `\` oder `x` und zwei Hexadezimalziffern stehen
   *[too_long] der Name eines WLANs hat höchstens 32 Bytes, und dies braucht { $bytes }
}
problem-rule-mac = { $text } ist keine Hardwareadresse
problem-rule-host-bits = das ist die Adresse eines Rechners, kein Netz
problem-rule-suffix = { $text } ist kein DNS-Suffix
problem-rule-public-key = das ist kein öffentlicher Schlüssel
problem-rule-window = { $kind ->
    [time] { $text }: eine Uhrzeit liegt zwischen 00:00 und 24:00
    [empty] { $text }: das Fenster beginnt und endet zur selben Zeit
   *[form] { $text } ist kein Zeitfenster
}
problem-rule-seconds = { $kind ->
    [range] { $text }: eine Dauer ist mindestens 5 s und höchstens 168 h
   *[form] { $text } ist keine Dauer
}
problem-rule-name = { $kind ->
    [empty] ein Name kann nicht leer sein
    [too_long] ein Name hat höchstens 64 Zeichen, dieser hat { $characters }
    [invisible] das Zeichen { $character } ist unsichtbar oder ändert, wie andere aussehen
   *[space] ein Name kann nicht mit einem Leerzeichen beginnen oder enden
}
problem-rule-repeated = das steht zum zweiten Mal da (zuerst in Zeile { $first })
problem-rule-after-otherwise = diese Regel wird nie erreicht: `otherwise` in Zeile { $first } gilt überall
problem-rule-label = nur Regeln haben einen Namen
problem-rule-too-many = es gibt weitere Fehler, die nicht gezeigt werden
problem-rule-name-alone = diese Regel vertraut einem WLAN allein wegen seines Namens, den jeder verwenden kann
problem-rule-any-network = diese Regel vertraut Netzen, die sie nicht kennt
problem-rule-relaxes-on-open = diese Regel schützt in WLANs ohne Passwort weniger
problem-rule-never-reached = diese Regel wird nie erreicht: die in Zeile { $first } trifft überall zu, wo diese zutrifft
problem-rule-never-matches = die Bedingungen schließen einander aus, deshalb trifft diese Regel nie zu
problem-rule-tunnel-unknown = es gibt keinen Tunnel { $tunnel }
problem-rule-no-default = die Regeln sagen nicht, was gilt, wenn keine zutrifft, und kein Tunnel könnte stattdessen an sein
advice-rule-did-you-mean = ist `{ $suggestion }` gemeint?
advice-rule-begin-line = eine Zeile beginnt mit einem von `when`, `otherwise`, `kill switch`, `without answer`, `manual choice`
advice-rule-choose-condition = die Bedingungen sind `wifi`, `wifi "NAME"`, `wifi open`, `ethernet`, `cellular`, `other network`, `bssid`, `gateway`, `subnet`, `dns suffix`, `metered`, `time`, `other vpn`, `home probe`, `no network`, jede auch nach `not`
advice-rule-expected = zum Beispiel `when wifi "Home" and gateway aa:bb:cc:dd:ee:ff then down` schreiben
advice-rule-join = Bedingungen mit `and` verbinden und `, kill switch …` ans Ende schreiben
advice-rule-quote = `"` vor und nach dem Namen schreiben
advice-rule-double-backslash = `\\` für einen Backslash schreiben
advice-rule-write-mac = sechs Paare von Hexadezimalziffern schreiben, wie `aa:bb:cc:dd:ee:ff`
advice-rule-write-suffix = eine Domain schreiben, wie `corp.example`
advice-rule-write-public-key = 44 Zeichen Base64 schreiben, das letzte `=`
advice-rule-write-window = Tage schreiben, wie `mon-fri`, Zeiten, wie `22:00-06:00`, oder beides
advice-rule-write-seconds = eine Zahl und eine Einheit schreiben, wie `30 s`, `5 min` oder `2 h`
advice-rule-move-up = sie über diese Zeile setzen
advice-rule-remove-label = den Namen und seinen Doppelpunkt entfernen
advice-rule-add-proof = die Hardwareadresse des Gateways oder die Heimprobe ergänzen
advice-rule-add-default = schreiben, was dann gilt: `otherwise up TUNNEL`


## Tunnel von wg-quick

takeover-off = aus
takeover-off-boots = aus, und { $service } startet mit dem Computer
takeover-up = an, durch wg-quick
takeover-up-boots = an, durch wg-quick, und { $service } startet mit dem Computer
takeover-by-service = an, durch { $service }
takeover-by-service-boots = an, durch { $service }, das mit dem Computer startet


## Was zwei Berichte über einen Tunnel zeigen

finding-same-key = beide Enden haben denselben öffentlichen Schlüssel: das sind zwei Berichte eines Endes, oder beide benutzen denselben privaten Schlüssel, obwohl jedes einen eigenen braucht
finding-not-up = { $end ->
    [here] dieses Ende
   *[there] das andere Ende
} ist nicht an
finding-no-key = { $end ->
    [here] dieses Ende
   *[there] das andere Ende
} hat keinen eigenen privaten Schlüssel in seiner Konfiguration
finding-unknown-key = { $end ->
    [here] dieses Ende kennt den öffentlichen Schlüssel des anderen Endes nicht
   *[there] das andere Ende kennt den öffentlichen Schlüssel dieses Endes nicht
} (es hat { $keys }); sein [Peer] braucht: PublicKey = { $key }
finding-unknown-key-no-peer = { $end ->
    [here] dieses Ende kennt den öffentlichen Schlüssel des anderen Endes nicht
   *[there] das andere Ende kennt den öffentlichen Schlüssel dieses Endes nicht
} (es hat gar keine Gegenstelle); sein [Peer] braucht: PublicKey = { $key }
finding-preshared-key-on-one-end = { $end ->
    [here] dieses Ende hat einen gemeinsamen Schlüssel und das andere keinen
   *[there] das andere Ende hat einen gemeinsamen Schlüssel und dieses keinen
}: beide brauchen denselben oder beide keinen
finding-same-address = beide Enden haben im Tunnel die Adresse { $addresses }; jedes braucht eine eigene
finding-no-endpoint = kein Ende weiß, wo das andere ist, deshalb kann keines beginnen: eines braucht einen Endpoint, das andere einen ListenPort, der von außen erreicht wird (ein Router davor muss diesen UDP-Port weiterleiten). Wenn beide hinter Routern sind, die niemand einstellen kann, etwa mit Adressen aus 100.64.0.0/10, muss ein dritter Computer, den beide erreichen, die Pakete weitergeben
finding-preshared-keys-differ = Handshakes kommen an, ihre Echtheit lässt sich aber nicht bestätigen, und die öffentlichen Schlüssel passen: wahrscheinlich sind die gemeinsamen Schlüssel verschieden; erzeugen Sie einen mit adit genpsk und setzen Sie ihn an beiden Enden
finding-clocks = nach den Uhren der beiden Enden liegen { $span } zwischen den Berichten: wenn sie gleichzeitig entstanden, geht eine der Uhren falsch
finding-mtu = die MTU ist hier { $here } und dort { $there }; wenn große Pakete hängen bleiben, setzen Sie an beiden { $smaller }
finding-address-not-allowed = { $from ->
    [here] das andere Ende verwirft, was dieses Ende von seiner Adresse sendet
   *[there] dieses Ende verwirft, was das andere Ende von seiner Adresse sendet
}, und sendet nichts dorthin: in den AllowedIPs dieser Gegenstelle fehlt { $addresses }
finding-stale-timestamp = { $from ->
    [here] das andere Ende lehnt Handshakes ab, die älter sind als ein früherer: die Uhr dieses Endes wurde wahrscheinlich zurückgestellt; stellen Sie sie richtig, oder starten Sie den Tunnel des anderen Endes neu
   *[there] dieses Ende lehnt Handshakes ab, die älter sind als ein früherer: die Uhr des anderen Endes wurde wahrscheinlich zurückgestellt; stellen Sie sie richtig, oder starten Sie den Tunnel dieses Endes neu
}
finding-port = { $from ->
    [here] dieses Ende sendet an UDP-Port { $port }, und das andere Ende hört auf { $listens }
   *[there] das andere Ende sendet an UDP-Port { $port }, und dieses Ende hört auf { $listens }
}: richtig nur, wenn ein Router dazwischen den einen zum anderen weiterleitet
finding-keepalive = { $from ->
    [here] das andere Ende ist hinter einem Router, der Adressen übersetzt (es erscheint als { $endpoint } und hört auf { $listens }): wenn dieses Ende beginnen können soll, setzen Sie PersistentKeepalive = 25 am anderen Ende
   *[there] dieses Ende ist hinter einem Router, der Adressen übersetzt (es erscheint als { $endpoint } und hört auf { $listens }): wenn das andere Ende beginnen können soll, setzen Sie PersistentKeepalive = 25 an diesem Ende
}
finding-sent-to = { $sent } an { $endpoint }
finding-nothing-arrives = { $from ->
    [here] dieses Ende hat { $sent } gesendet, und nichts davon erreichte das andere Ende: Adresse oder Port stimmen nicht, eine Firewall auf dem Weg lässt kein UDP durch, oder ein Router vor dem anderen Ende leitet den Port nicht weiter
   *[there] das andere Ende hat { $sent } gesendet, und nichts davon erreichte dieses Ende: Adresse oder Port stimmen nicht, eine Firewall auf dem Weg lässt kein UDP durch, oder ein Router vor diesem Ende leitet den Port nicht weiter
}
finding-dropped = { $from ->
    [here] dieses Ende hat { $sent } gesendet, und das andere Ende nahm nichts davon an, verwarf aber in der letzten Stunde Nachrichten
   *[there] das andere Ende hat { $sent } gesendet, und dieses Ende nahm nichts davon an, verwarf aber in der letzten Stunde Nachrichten
}: { $reasons }
finding-drop-count = { $reason } { $count ->
    [one] einmal
   *[other] { $count }-mal
}
finding-none = Die beiden Enden passen zusammen, und Pakete gehen in beide Richtungen.
finding-none-else = Sonst ist zwischen den beiden Enden nichts falsch.


## Zeilen des Protokolls

log-left-out = { $line } (und { $count } davor nicht gezeigt)

log-daemon-started = der Dienst von Adit { $version } ist gestartet
log-daemon-ended = der Dienst von Adit ist beendet
log-store-finding = { $file } wird nicht benutzt: { $what }
log-tunnel-broken = ein Tunnel ist nicht lesbar: { $error }
log-file-unusable = { $file } ist nicht brauchbar: { $error }
log-file-gone = entfernt, weil die Datei { $file } weg ist

log-imported = importiert
log-exported = mit Schlüsseln herausgegeben an { $to }
log-removed = entfernt
log-config-replaced = hat eine andere Konfiguration, Version { $version }
log-reloaded = läuft nach Version { $version } der Konfiguration
log-saved = was lief, steht jetzt in der Konfiguration, Version { $version }
log-not-saved = was lief, konnte nicht in die Konfiguration geschrieben werden: { $error }
log-taken-over = von wg-quick übernommen
log-given-back = startete nicht und wurde wg-quick zurückgegeben: { $error }
log-not-given-back = konnte wg-quick nicht zurückgegeben werden: { $error }

log-key-forgotten = der private Schlüssel wird nicht mehr aufbewahrt, sondern verlangt
log-key-old = der Schlüssel ist älter als { $days ->
    [one] { $days } Tag
   *[other] { $days } Tage
}
log-preshared-key-old = der gemeinsame Schlüssel mit { $peer } ist älter als { $days ->
    [one] { $days } Tag
   *[other] { $days } Tage
}
log-rotation-begun = ein neuer Schlüssel wurde erzeugt und wartet
log-rotation-finished = hat den neuen Schlüssel

log-hooks-approved = die Befehle hat { $by } genehmigt
log-hooks-not-run = die Befehle laufen nicht
log-hooks-in-sh = bash ist nicht installiert, deshalb laufen die Befehle in sh
log-command-runs = führt einen Befehl der Konfiguration aus

log-connecting = wird eingeschaltet
log-restarting = wird neu gestartet
log-tried-again = wird noch einmal versucht
log-up = an
log-down = aus
log-paused = pausiert
log-not-up = konnte nicht eingeschaltet werden: { $error }
log-not-restored = konnte nicht wieder eingeschaltet werden: { $error }
log-not-kept = der Zustand konnte nicht gespeichert werden: { $error }
log-taking-back = nimmt zurück: { $step }
log-not-taken-back = etwas konnte nicht zurückgenommen werden: { $error }
log-removed-from-outside = jemand hat die Schnittstelle entfernt
log-interface-moved = die Schnittstelle kam in einen anderen Netzwerk-Namensraum; Routen, DNS-Server und Paketfilter hier werden zurückgenommen
log-interface-back = die Schnittstelle ist aus einem anderen Netzwerk-Namensraum zurück; alles wird wieder gesetzt
log-leftovers-removed = entfernt, was ein früherer Lauf hinterließ: { $what }
log-leftovers-stay = was ein früherer Lauf hinterließ, konnte nicht entfernt werden: { $error }

undone-pre-up = PreUp
undone-interface = die Schnittstelle
undone-engine = WireGuard
undone-firewall = der Paketfilter
undone-routes = Routen
undone-dns = DNS-Server
undone-post-up = PostUp

log-search-without-server = DNS hat Suchdomänen ({ $domains }), aber keinen Server, deshalb werden sie nicht gesetzt
log-split-dns-left-out = dieser Computer kann die DNS-Server des Tunnels nicht nur nach { $domains } fragen, deshalb fragt er sie nach allen Namen
log-ipv6-left-out = hat hier kein IPv6 und startet nur mit IPv4, weil { $because }
log-ipv6-outside = IPv6 geht am Tunnel vorbei: AllowedIPs hat 0.0.0.0/0, aber nicht ::/0
log-ipv6-closed = IPv6 ist gesperrt, solange der Tunnel an ist: AllowedIPs hat 0.0.0.0/0, aber nicht ::/0
log-mtu-too-large = die MTU { $mtu } ist zu groß für den Weg zur Gegenstelle, durch den { $fits } passen
log-no-firewall = nft ist nicht installiert, deshalb schützt nichts die Adressen des Tunnels

log-resolving = sucht { $name }
log-resolver-not-ready = { $endpoint }: { $error }; neuer Versuch in { $span }
log-endpoint-moved = der Name der Gegenstelle { $peer } hat jetzt eine andere Adresse: { $endpoint }
log-endpoint-unknown = der Name der Gegenstelle { $peer } konnte nicht wieder gefunden werden: { $error }

log-handshake-sent = bittet Gegenstelle { $peer } um einen Handshake
log-handshake-sent-again = keine Antwort; bittet Gegenstelle { $peer } noch einmal um einen Handshake (Versuch { $attempt })
log-handshake-answered = Gegenstelle { $peer } hat geantwortet: es gibt eine neue Sitzung
log-handshake-asked-for = Gegenstelle { $peer } bat um einen Handshake: es gibt eine neue Sitzung
log-handshake-given-up = Gegenstelle { $peer } hat 90 s nicht geantwortet; das nächste Paket für sie fragt wieder
log-handshake-dropped = eine Nachricht von { $from } wird verworfen: { $reason }
log-cookie-received = Gegenstelle { $peer } ist ausgelastet und bittet um einen neuen Versuch mit einem Cookie
log-peer-silent = Gegenstelle { $peer } hat 15 s nicht geantwortet
log-peer-moved = Gegenstelle { $peer } meldet sich jetzt von { $endpoint }
log-no-answer = Gegenstelle { $peer } hat { $span } nicht geantwortet; der Tunnel befördert dorthin nichts
log-answers-again = Gegenstelle { $peer } antwortet wieder, nach { $span }

dropped-message-type = es ist keine Nachricht von WireGuard
dropped-message-length = keine Nachricht von WireGuard hat diese Länge
dropped-mac1 = sie ist nicht für den öffentlichen Schlüssel dieses Endes (falsches mac1): die Gegenstelle hat einen anderen öffentlichen Schlüssel für dieses
dropped-cookie-required = dieses Ende ist ausgelastet und bat um einen neuen Versuch mit einem Cookie
dropped-rate-limited = dieses Ende ist ausgelastet und bekam zu viele Handshakes von dieser Adresse
dropped-no-private-key = dieses Ende hat keinen privaten Schlüssel
dropped-unknown-index = sie antwortet auf keinen Handshake dieses Endes (unbekannter Empfängerindex): vielleicht kam sie zu spät
dropped-cookie = das Cookie antwortet auf nichts, was gesendet wurde (falsches Cookie)
dropped-handshake = sie ist nicht authentisch: die Schlüssel passen nicht, oder die gemeinsamen Schlüssel sind verschieden; vielleicht kam die Antwort auch zu spät
dropped-low-order-point = der öffentliche Schlüssel hat niedrige Ordnung
dropped-unknown-peer = der Absender ist keine Gegenstelle dieses Tunnels (unbekannte Gegenstelle): den öffentlichen Schlüssel der Gegenstelle hier hinzufügen oder berichtigen
dropped-replayed-initiation = sie ist älter als eine frühere (alter Zeitstempel): jemand hat sie wiederholt, oder die Uhr der Gegenstelle wurde zurückgestellt
dropped-initiation-flood = sie kam zu bald nach der letzten dieser Gegenstelle

drop-message-type = empfangen: keine Nachricht von WireGuard
drop-message-length = empfangen: eine Nachricht in einer Länge, die keine Nachricht von WireGuard hat
drop-mac1 = empfangen: eine Nachricht, die nicht für den öffentlichen Schlüssel dieses Endes ist (falsches mac1)
drop-cookie-required = unter Last empfangen: eine Nachricht ohne gültiges Cookie; der Absender bekam eines für einen neuen Versuch
drop-rate-limited = unter Last empfangen: zu viele Handshakes von einer Adresse
drop-no-private-key = empfangen: ein Handshake, als dieses Ende keinen privaten Schlüssel hatte
drop-unknown-index = empfangen: eine Nachricht zu einer Sitzung, die dieses Ende nicht hat (unbekannter Empfängerindex)
drop-cookie = empfangen: ein Cookie zu einer Nachricht, die dieses Ende nicht gesendet hat
drop-handshake = empfangen: ein Handshake, der nicht authentisch ist; die Schlüssel passen nicht, oder die gemeinsamen Schlüssel sind verschieden
drop-low-order-point = empfangen: ein öffentlicher Schlüssel niedriger Ordnung
drop-unknown-peer = empfangen: ein Handshake mit einem Schlüssel, der keiner Gegenstelle dieses Tunnels gehört
drop-replayed-initiation = empfangen: ein Handshake, der älter ist als ein früherer (alter Zeitstempel)
drop-initiation-flood = empfangen: Handshakes einer Gegenstelle in zu schneller Folge
drop-session-expired = empfangen: Daten zu einer Sitzung, die zu alt ist
drop-counter-exhausted = empfangen oder zu senden: ein Paket einer Sitzung, deren Nachrichtenzähler aufgebraucht ist
drop-decrypt = empfangen: Daten, die nicht authentisch sind
drop-replay = empfangen: Daten, die schon einmal oder viel zu spät kamen
drop-inner-packet = empfangen oder zu senden: Daten, die kein IP-Paket sind
drop-source-not-allowed = empfangen: ein Paket von einer Adresse, die nicht zu AllowedIPs der Gegenstelle gehört
drop-congestion = empfangen: ein Paket mit einer Staumarkierung, die sein Absender nicht verstünde
drop-no-route = zu senden: ein Paket an eine Adresse, die zu AllowedIPs keiner Gegenstelle gehört
drop-no-endpoint = zu senden: ein Paket an eine Gegenstelle, deren Endpunkt nicht bekannt ist
drop-routing-loop = zu senden: ein verschlüsseltes Paket dieses Tunnels, das eine Route in ihn zurückgeführt hat
drop-queue-full = zu senden: ein Paket, das mit zu vielen anderen auf einen Handshake wartete
drop-handshake-timeout = zu senden: ein Paket an eine Gegenstelle, die den Handshake nicht beantwortet hat

log-network-changed = das Netz dieses Computers hat sich geändert
log-path-changed = das Netz hat sich geändert: bittet { $peers ->
    [one] eine Gegenstelle um eine neue Sitzung
   *[other] { $peers } Gegenstellen um neue Sitzungen
}
log-mtu-changed = die MTU folgt dem Netz: { $to } statt { $from }
log-cannot-follow-network = einer Änderung des Netzes konnte nicht gefolgt werden: { $error }
log-local-networks-unknown = die lokalen Netze, die erreichbar bleiben, konnten nicht erneuert werden: { $error }

log-closed = der Notschalter ist geschlossen
log-opened = der Notschalter ist offen
log-not-closed = der Notschalter konnte nicht geschlossen werden: { $error }
log-not-opened = der Notschalter konnte nicht geöffnet werden: { $error }
log-kill-switch-off = der Notschalter steht auf aus
log-kill-switch-block = der Notschalter steht auf sperren; auch lokale Netze sind gesperrt
log-kill-switch-block-lan = der Notschalter steht auf sperren; lokale Netze bleiben erreichbar
log-kill-switch-lockdown = der Notschalter steht auf Abriegelung; auch lokale Netze sind gesperrt
log-kill-switch-lockdown-lan = der Notschalter steht auf Abriegelung; lokale Netze bleiben erreichbar
log-ipv6-allowed-outside = IPv6 darf am Tunnel vorbei
log-ipv6-kept-inside = IPv6 darf nicht am Tunnel vorbei
log-stays-blocked = der Notschalter von { $interface } bleibt geschlossen, obwohl kein lesbarer Tunnel ihn hat
log-kill-switches-unknown = welche Notschalter geschlossen sind, ließ sich nicht feststellen: { $error }
log-early-opened = der Notschalter von { $interface }, beim Start geschlossen, ist offen
log-early-not-kept = die Notschalter für den Start konnten nicht gespeichert werden: { $error }
log-peer-shut-out = der Notschalter sperrt eine Gegenstelle, die umgezogen ist: { $error }

log-put-back = ein anderes Programm hat etwas entfernt ({ $what }); wiederhergestellt
log-not-put-back = was ein anderes Programm entfernt hat, konnte nicht wiederhergestellt werden: { $error }
log-fought-with = ein anderes Programm hat in 10 s { $times }-mal etwas entfernt: sofort wiederhergestellt wird nur der Notschalter
log-unguarded = Änderungen anderer Programme werden nicht bemerkt: { $error }

setting-kill-switch = Notschalter
setting-packet-filter = Paketfilter
setting-addresses = Adressen
setting-routes = Routen
setting-rules = Routingregeln
setting-resolvers = DNS-Server

log-other = { $name }{ $fields }


## Das Symbol in der Leiste und Benachrichtigungen

tray-away = Der Dienst von Adit läuft nicht
tray-not-permitted = Kein Zugang zum Dienst von Adit
tray-no-answer = Der Dienst von Adit antwortet nicht
tray-empty = Es gibt noch keine Tunnel
tray-off = Kein Tunnel ist an
tray-status = Status: { $text }
tray-line = { $tunnel }: { $state }
tray-addresses = Adressen: { $addresses }
tray-tunnel = { $tunnel } – { $state }
tray-tunnels = Tunnel
tray-pauses = Pausieren
tray-pause = { $tunnel } für { $span } pausieren
tray-resume = { $tunnel } fortsetzen
tray-resume-in = { $tunnel } fortsetzen (noch { $span })
tray-by-rules = { $is ->
    [on] An
   *[off] Aus
} – { $reason }
tray-manual = Von Hand – im nächsten Netz entscheiden wieder die Regeln
tray-manual-for = Von Hand – spätestens in { $span } entscheiden wieder die Regeln
tray-rules-paused = Regeln angehalten, bis das Netz wechselt
tray-rules-paused-for = Regeln noch { $span } angehalten
tray-resume-rules = Wieder den Regeln folgen
tray-manage = Tunnel verwalten…
tray-import = Tunnel aus Dateien importieren…
tray-about = Über…
tray-quit = Beenden (Tunnel bleiben, wie sie sind)

consent-screen = Auf dem Bildschirm nach einem QR-Code suchen?
consent-screen-more = Der QR-Code darf nicht verdeckt sein. Adit betrachtet einmal den ganzen Bildschirm, im eigenen Prozess, und behält kein Bild.
consent-screen-yes = Jetzt suchen
consent-camera = Darf Adit die Kamera verwenden?
consent-camera-more = Adit sucht in den Bildern nach QR-Codes, im eigenen Prozess, und behält keines davon. Das gilt, bis Adit geschlossen wird.
consent-camera-yes = Kamera verwenden
consent-no = Abbrechen

notice-up = { $tunnel } ist an
notice-down = { $tunnel } ist aus
notice-failed = { $tunnel } konnte nicht eingeschaltet werden
notice-rule-mode = Durch { $tunnel } geht jetzt: { $mode }
notice-silent = { $tunnel }: keine Antwort seit { $span }
    .body = Der Tunnel ist an, aber was hineingeht, kommt nicht an.
notice-answers = { $tunnel } antwortet wieder
notice-blocked = { $tunnel } ist gesperrt
    .body = Nichts verlässt diesen Computer, bis der Tunnel an ist oder Sie ihn ausschalten.
notice-key-old = { $tunnel }: Der Schlüssel ist { $span } alt
    .body = Auf der Seite des Tunnels lässt sich ein neuer Schlüssel erzeugen.
notice-preshared-key-old = { $tunnel }: Ein vorab geteilter Schlüssel ist { $span } alt
    .body = Ein neuer lässt sich an beiden Enden setzen.
notice-refused = { $tunnel } wurde nicht geschaltet
notice-action = Tunnel anzeigen

dialog-export = Konfiguration von { $tunnel } speichern
dialog-export-all = Alle Konfigurationen speichern
dialog-backup = Sicherung speichern
dialog-choose-backup = Sicherung auswählen
home-yes = das ist das Heimnetz: Der Inhaber von { $key } hat an { $interface } geantwortet
home-no-answer = nicht das Heimnetz: An { $interface } hat niemand geantwortet
home-forged = nicht das Heimnetz: Was an { $interface } geantwortet wurde, beweist nichts
home-elsewhere = nicht das Heimnetz: Die Antwort an { $interface } kam aus einem anderen Netz
home-passed-on = nicht das Heimnetz: Jemand hat die Frage an { $interface } von einer anderen Adresse aus weitergereicht
home-serves = antwortet an { $interfaces }, UDP-Port { $port }; Strg-C beendet das
home-waits = dieser Computer ist in keinem Netz; er antwortet, sobald er in einem ist
home-clock = keine Antwort an { $address }: Die Uhren gehen um { $seconds } s auseinander, erlaubt sind 300 s
home-too-many = keine Antwort an { $address }: zu viele Fragen
dialog-import-files = Tunnel importieren
dialog-import-folder = Die .conf-Dateien eines Ordners importieren


## Das Fenster

ui-connecting = Der Dienst von Adit wird gesucht …
ui-loading = Wird geladen …
ui-tunnels = Tunnel
ui-pages = Seiten
ui-log = Protokoll
ui-settings = Einstellungen
ui-back = Zurück
ui-more = Weitere Aktionen
ui-cancel = Abbrechen
ui-done = Fertig
ui-show = Zeigen
ui-save = Speichern
ui-dismiss = Schließen
ui-never = Nie
ui-none = keine
ui-days = { $days ->
    [one] { $days } Tag
   *[other] { $days } Tage
}
ui-name = Name
ui-not-known = Nicht bekannt
ui-copy = { $what } kopieren
ui-copied = Kopiert: { $what }
ui-copy-failed = Die Zwischenablage ist nicht verfügbar
ui-what-public-key = Öffentlicher Schlüssel
ui-what-command = Befehl
ui-what-peer-section = Peer-Abschnitt
ui-unreachable = Der Dienst von Adit antwortet nicht.
ui-away-not-running = Der Dienst von Adit läuft nicht
ui-away-not-running-text = Das Fenster zeigt und steuert Tunnel; ein Dienst im Hintergrund trägt sie. So wird er in einem Terminal gestartet:
ui-away-not-permitted = Kein Zugang zum Dienst von Adit
ui-away-not-permitted-text = Der Dienst läuft, lässt diesen Benutzer aber nicht zu. Im Terminal der Gruppe seiner Bediener beitreten, dann ab- und wieder anmelden:
ui-away-service-older = Der Dienst von Adit ist älter als dieses Fenster
ui-away-service-older-text = Sie verstehen einander nicht. Nach einer Aktualisierung muss der Dienst neu gestartet werden; sonst ist er zu aktualisieren:
ui-away-service-newer = Der Dienst von Adit ist neuer als dieses Fenster
ui-away-service-newer-text = Sie verstehen einander nicht. Adit schließen und wieder öffnen, und aktualisieren, wenn das nicht hilft. Tunnel bleiben, wie sie sind.
ui-away-stranger = Ein anderes Programm steht an der Stelle des Dienstes von Adit
ui-away-stranger-text = Es wurde ihm nichts gesendet. Ein Administrator muss herausfinden, welches Programm es ist, und es beenden.
ui-away-no-answer = Der Dienst von Adit antwortet nicht
ui-away-no-answer-text = Er ist da, lässt sich aber nicht ansprechen. Bleibt das so, wird er in einem Terminal neu gestartet:
ui-away-no-manager = Dieses System hat weder systemd noch OpenRC noch runit. Das Programm aditd ist so zu starten oder neu zu starten, wie dieses System Dienste startet.

ui-away-waits = Dieses Fenster verbindet sich von selbst, sobald der Dienst da ist.
ui-away-banner = Der Dienst von Adit antwortet nicht. Was hier steht, kann veraltet sein.
ui-away-help = Was tun?
ui-simulated = Simuliertes System: An diesem Computer wird nichts geändert
ui-try-now = Jetzt versuchen
ui-check-again = Erneut prüfen

ui-add = Tunnel hinzufügen
ui-add-hint = Tunnel hinzufügen (Strg+N für einen leeren)
ui-search = Suchen
ui-no-tunnels = Keine Tunnel
ui-none-found = Kein Tunnel hat das in Namen oder Adressen.
ui-switch = { $tunnel } an
ui-row-answered = Antwort { $ago }
ui-row-paused = pausiert, wieder an in { $time }
ui-row-blocked = gesperrt: nichts geht hinaus
ui-row-unusable = aus, die Konfiguration hat Fehler
ui-home = { $count ->
    [0] Kein Tunnel ist an
    [one] Ein Tunnel ist an
   *[other] { $count } Tunnel sind an
}
ui-home-text = Wählen Sie einen Tunnel aus der Liste.
ui-gone = Diesen Tunnel gibt es nicht mehr
ui-gone-text = Jemand hat ihn entfernt.

ui-status-off = Aus
ui-status-failed = Fehlgeschlagen
ui-status-starting = Startet
ui-status-stopping = Wird beendet
ui-status-handshaking = Noch kein Handshake
ui-status-healthy = In Ordnung
ui-status-idle = Ruht
ui-status-empty = Keine Gegenstellen
ui-status-waiting = Wartet auf die Gegenstelle
ui-status-silent = Keine Antwort
ui-status-blocked = Gesperrt
ui-status-paused = Pausiert
ui-since = Seit { $time }
ui-paused-until = Wieder an in { $time }
ui-paused-open = Bis Sie fortsetzen
ui-last-handshake = Letzter Handshake { $ago }.
ui-way-all = Alles auf diesem Computer geht durch den Tunnel.
ui-way-some = Was zu seinen Netzen gehört, geht durch den Tunnel, der Rest daran vorbei.
ui-way-past = Der Verkehr geht an diesem Tunnel vorbei.
ui-way-blocked = Nichts verlässt diesen Computer, bis der Tunnel an ist oder Sie ihn ausschalten.
ui-way-paused-blocked = Der Notschalter ist offen, solange der Tunnel pausiert.
ui-way-lockdown = Abriegelung: Nichts verlässt diesen Computer, solange dieser Tunnel aus ist.
ui-turn-on = Einschalten
ui-pause = Pausieren
ui-pause-5-minutes = Für 5 Minuten
ui-pause-1-hour = Für 1 Stunde
ui-pause-open = Bis ich fortsetze
ui-resume = Fortsetzen
ui-turn-off-in = In { $span } ausschalten
ui-turns-off = Geht aus in { $time }
ui-stay-on = Anlassen

ui-edit = Bearbeiten
ui-restart = Neu starten
ui-only-when-up = Nur solange der Tunnel an ist
ui-log-of-tunnel = Sein Protokoll zeigen
ui-rename = Umbenennen …
ui-rename-title = Tunnel umbenennen
ui-rename-button = Umbenennen
ui-versions = Frühere Versionen
ui-new-key = Neuer Schlüssel
ui-export = Exportieren
ui-remove = Entfernen
ui-remove-title = { $tunnel } entfernen?
ui-remove-text = Konfiguration, Schlüssel und frühere Versionen werden gelöscht. Das lässt sich nicht zurücknehmen.
ui-remove-up = Der Tunnel wird ausgeschaltet; Konfiguration, Schlüssel und frühere Versionen werden gelöscht. Das lässt sich nicht zurücknehmen.
ui-removed = { $tunnel } ist entfernt
ui-keep = Behalten

ui-problem-unusable = Die Konfiguration hat Fehler, deshalb kann der Tunnel nicht eingeschaltet werden.
ui-problem-blocked = Der Tunnel konnte nicht gehalten werden, und der Notschalter lässt nichts daran vorbei.
ui-problem-retry = Der nächste Versuch ist in { $time }.
ui-problem-retrying = Der nächste Versuch läuft.
ui-problem-interface-removed = Ein anderes Programm hat die Schnittstelle des Tunnels entfernt.
ui-problem-engine-stopped = Der Tunnel brach von selbst ab. Was darüber bekannt ist, steht im Protokoll.
ui-problem-no-answer = Pakete wurden gesendet, und seit { $span } kam nichts zurück.
ui-problem-no-answer-advice = Vielleicht ist der Server aus, oder das Netz dazwischen sperrt UDP.
ui-problem-no-handshake = Der Server hat { $span } nicht geantwortet.
ui-problem-no-handshake-advice = Prüfen Sie den Endpunkt und beide öffentlichen Schlüssel, und ob der Server den Schlüssel dieses Computers kennt.
ui-problem-routing-loops = { $count ->
    [one] Ein verschlüsseltes Paket wurde in den Tunnel zurückgeführt und verworfen.
   *[other] { $count } verschlüsselte Pakete wurden in den Tunnel zurückgeführt und verworfen.
}
ui-problem-routing-loops-advice = Die Route zum Server führt durch den Tunnel selbst. Nehmen Sie die Adresse des Servers aus AllowedIPs.
ui-problem-namespace = Die Schnittstelle kam in einen anderen Netzwerk-Namensraum.
ui-problem-conflicts = Der Tunnel ist trotz eines Konflikts an.
ui-problem-differs = Der laufende Tunnel weicht von seiner Konfiguration ab.
ui-problem-rotation = Ein neuer Schlüssel wartet auf die andere Seite.
ui-problem-key-old = { $days ->
    [one] Der Schlüssel ist älter als { $days } Tag.
   *[other] Der Schlüssel ist älter als { $days } Tage.
}
ui-fix-connect = Einschalten
ui-fix-disconnect = Ausschalten
ui-fix-restart = Neu starten
ui-fix-reload = Konfiguration anwenden
ui-fix-save = Laufendes speichern
ui-fix-edit = Bearbeiten
ui-fix-hooks = Befehle lesen
ui-fix-key = Schlüssel eingeben
ui-fix-rotation = Neuer Schlüssel
ui-fix-endpoint = Endpunkt bearbeiten
ui-fix-look-up = Neu auflösen
ui-fix-log = Protokoll zeigen
ui-fix-own-key = Öffentlichen Schlüssel zeigen

ui-traffic = Verkehr
ui-received = { $size } empfangen
ui-sent = { $size } gesendet
ui-graph-range = Zeitraum des Graphen
ui-graph-60-seconds = 60 s
ui-graph-5-minutes = 5 min
ui-graph-seconds-ago = vor { $seconds } s
ui-graph-minutes-ago = vor { $minutes } min
ui-graph-now = jetzt
ui-graph-at = vor { $seconds } s: ↓ { $received } ↑ { $sent }
ui-graph-failed = Der Graph konnte nicht geladen werden.
ui-graph = Verkehr der letzten { $length } Sekunden: empfangen bis zu { $received }, gesendet bis zu { $sent }

ui-peers = Gegenstellen
ui-peer = Gegenstelle
ui-peers-count = { $count ->
    [0] Keine Gegenstellen
    [one] Eine Gegenstelle
   *[other] { $count } Gegenstellen
}
ui-no-peers = Die Konfiguration hat keine Gegenstelle, deshalb befördert der Tunnel nichts.
ui-all-peers = Alle { $count } Gegenstellen zeigen
ui-peer-answers = antwortet
ui-peer-why-idle = Zurzeit muss nichts gesendet werden.
ui-peer-why-never = Von ihr ist noch nie etwas gekommen. Endpunkt oder Schlüssel können falsch sein, oder das Netz sperrt UDP.
ui-peer-why-handshaking = Sie hat den ersten Handshake noch nicht beantwortet.
ui-peer-why-unresolved = Die Adresse von { $host } ist nicht bekannt, deshalb kann nichts dorthin gesendet werden.
ui-peer-why-loop = Der Weg zu ihr führt in diesen Tunnel selbst.
ui-peer-why-own-key = Es kommen Nachrichten an, die für einen anderen öffentlichen Schlüssel verschlüsselt sind: Die Gegenseite hat für diesen Tunnel einen falschen.
ui-peer-why-unknown-key = Es kommen Handshakes von einem öffentlichen Schlüssel an, den hier keine Gegenstelle hat. Der dieser Gegenstelle kann falsch sein.
ui-peer-why-shared-key = Es kommen Handshakes an, die nicht zu den Schlüsseln hier passen. Die gemeinsamen Schlüssel (PresharedKey) können sich unterscheiden.
ui-peer-why-clock = Es kommen Handshakes an, die älter als frühere sind. Die Uhr der Gegenseite wurde vielleicht zurückgestellt.
ui-peer-why-name-moved = Letzte Antwort: { $ago }. Falls { $host } inzwischen eine neue Adresse hat, den Namen neu auflösen.
ui-peer-why-roamed = Letzte Antwort: { $ago }, von { $endpoint }. Das ist nicht der konfigurierte Endpunkt; diesen neu auflösen.
ui-peer-why-silent = Letzte Antwort: { $ago }. Sie ist vielleicht aus, oder das Netz dazwischen sperrt UDP.
ui-peer-why-waiting = Sie hat hier keinen Endpunkt, deshalb muss sie beginnen.
ui-peer-why-not-running = Sie steht in der Konfiguration, aber nicht im laufenden Tunnel.
ui-peer-why-from-outside = Ein anderes Programm hat diese Gegenstelle hinzugefügt. Sie steht nicht in der Konfiguration.
ui-endpoint = Endpunkt
ui-endpoint-moved = umgezogen; konfiguriert:
ui-endpoint-configured = aus
ui-handshake = Letzter Handshake
ui-transfer = Übertragen
ui-transferred = { $received } empfangen, { $sent } gesendet
ui-public-key = Öffentlicher Schlüssel
ui-own-key = Öffentlicher Schlüssel dieses Computers
ui-own-key-text = Die Gegenstelle braucht diesen Schlüssel.
ui-own-key-changes = Er ändert sich mit dem Speichern: Dann braucht die Gegenstelle diesen neuen.
ui-own-key-later = Der Dienst erzeugt die Schlüssel beim Anlegen des Tunnels und zeigt dann den öffentlichen. Wer ihn vorher wissen will, gibt einen eigenen privaten Schlüssel ein.
ui-own-key-invalid = Es gibt keinen gültigen privaten Schlüssel, also auch keinen öffentlichen.
ui-preshared-key-set = Gemeinsamer Schlüssel gesetzt
ui-keepalive = Keepalive
ui-every = alle { $span }
ui-allowed-ips = Erlaubte IPs
ui-more-networks = +{ $count } weitere

ui-changes = Was er auf diesem Computer ändert
ui-would-change = Was das Einschalten auf diesem Computer ändert
ui-changes-undone = All das wird zurückgenommen, wenn der Tunnel ausgeschaltet wird.
ui-would-conflict = Das Einschalten verträgt sich nicht mit etwas auf diesem Computer.
ui-effect-routes = { $count ->
    [0] keine Routen
    [one] eine Route
   *[other] { $count } Routen
}
ui-effect-dns-servers = { $count ->
    [one] ein DNS-Server
   *[other] { $count } DNS-Server
}
ui-effect-commands = { $count ->
    [one] ein Befehl
   *[other] { $count } Befehle
}
ui-effect-kill-switch = Notschalter
ui-effect-interface = { $interface }, MTU { $mtu } ({ $source })
ui-effect-hidden = Diesen Befehl dürfen nur Administratoren sehen
ui-label-interface = Schnittstelle
ui-label-line = Zeile { $line }

ui-protection = Schutz
ui-protection-at-once = Diese beiden wirken sofort, ohne zu speichern.
ui-kill-switch = Notschalter
ui-kill-switch-off = Aus
ui-kill-switch-block = Sperren
ui-kill-switch-lockdown = Abriegelung
ui-kill-switch-off-text = Wenn der Tunnel ausfällt, geht der Verkehr daran vorbei.
ui-kill-switch-block-text = Solange der Tunnel an sein soll, geht nichts daran vorbei.
ui-kill-switch-lockdown-text = Nichts geht je am Tunnel vorbei, auch wenn er aus ist oder der Computer startet.
ui-allow-lan = Lokale Netze bleiben erreichbar
ui-allow-lan-text = Drucker und andere Geräte in den Netzen, in denen dieser Computer ist.
ui-allow-lan-no-effect = Ohne Wirkung, solange der Notschalter aus ist: Dann wird nichts gesperrt.
ui-ipv6-outside = IPv6 darf am Tunnel vorbei
ui-ipv6-outside-text = Der Tunnel nimmt alles in IPv4 und kein IPv6. Sonst ist IPv6 gesperrt, solange er an ist.
ui-start-at-boot = Beim Start des Computers einschalten
ui-start-at-boot-text = Auch bevor sich jemand anmeldet.
ui-start-at-boot-needs-key = Nicht möglich: der Tunnel verlangt seinen Schlüssel.
ui-lockdown = { $tunnel } abriegeln?
ui-lockdown-text = Nichts wird diesen Computer an diesem Tunnel vorbei verlassen, auch wenn er aus ist und nach einem Neustart. Nur ein Administrator kann eine Abriegelung aufheben.
ui-lockdown-set = Abriegeln

ui-route = Wohin geht eine Adresse?
ui-route-look = Nachsehen
ui-route-tunnel = { $ip } geht durch { $tunnel } zu { $peer }.
ui-route-outside = { $ip } geht an allen Tunneln vorbei.
ui-route-outside-over = { $ip } geht an allen Tunneln vorbei, über { $interface }.
ui-route-no-peer = { $ip } geht in { $tunnel }, wo keine Gegenstelle sie hat, und wird verworfen.
ui-route-other = Auch { $tunnel } würde sie nehmen ({ $network }).

ui-details = Technische Einzelheiten
ui-details-summary = { $interface } · Version { $version }
ui-interface = Schnittstelle
ui-interface-hint = 1 bis 15 Buchstaben, Ziffern und _ = + . -
ui-key-age = Alter des Schlüssels
ui-key-age-at-least = mindestens { $span }
ui-listen-port = Empfängt auf
ui-udp-port = UDP-Port { $port }
ui-data-path = Datenweg
ui-data-path-text = { $queues ->
    [one] eine Warteschlange
   *[other] { $queues } Warteschlangen
}; Entlastungen: { $offloads }
ui-dropped = Verworfen
ui-source = Konfiguration
ui-source-store = Im eigenen Speicher von Adit
ui-id = Kennung

ui-conflict = { $tunnel } verträgt sich nicht mit dem, was schon da ist
ui-conflict-text = Wenn beide an sind, geht mancher Verkehr nicht dorthin, wohin er soll.
ui-conflict-anyway = Trotzdem einschalten
ui-conflict-replace = Zuerst { $others } ausschalten

ui-key = Privater Schlüssel von { $tunnel }
ui-key-text = Der Dienst bewahrt diesen Schlüssel nicht auf. Er wird benutzt, bis der Tunnel aus ist, und dann vergessen.
ui-key-label = Privater Schlüssel
ui-key-wrong = Das ist nicht der Schlüssel dieses Tunnels.

ui-hooks = Befehle von { $tunnel }
ui-hooks-text = Diese Konfiguration führt diese Befehle als root aus. Genehmigen Sie sie nur, wenn Sie wissen, was jeder davon tut.
ui-hooks-hidden = Sie dürfen die Befehle nicht sehen. Fragen Sie einen Administrator dieses Computers.
ui-hooks-approve = Genehmigen

ui-welcome = Den ersten Tunnel hinzufügen
ui-welcome-text = Adit trägt WireGuard-Tunnel auf diesem Computer. Solange ein Tunnel an ist, ändert es Routen, DNS und den Paketfilter, zeigt Ihnen jede Änderung vorher und nimmt danach alle zurück.
ui-no-account = Kein Konto, keine Telemetrie.
ui-import-file = Datei importieren
ui-import-file-hint = Eine .conf-Datei, ein Archiv davon oder das Bild eines QR-Codes
ui-import-folder = Ordner …
ui-import-folder-hint = Importiert die .conf-Dateien eines Ordners
ui-import-paste = Text einfügen
ui-import-paste-hint = Der Text einer Konfiguration
ui-scan = QR-Code scannen
ui-scan-hint = Mit der Kamera, vom Bildschirm oder in einem Bild
ui-scan-camera = Kamera verwenden
ui-scan-screen = Vom Bildschirm
ui-scan-clipboard = Aus der Zwischenablage
ui-scan-tip = Bilder lassen sich auch mit Strg+V einfügen. Sie bleiben in diesem Programm, und keines wird behalten.
ui-screen-waiting = Der Bildschirm wird durchsucht …
ui-camera-starting = Die Kamera wird gestartet …
ui-camera-looking = Halten Sie den QR-Code vor die Kamera.
ui-camera-preview = Bild der Kamera
ui-camera-choice = Kamera
ui-camera-stop = Kamera ausschalten
ui-camera-none = Es wurde keine Kamera gefunden. Schließen Sie eine an, oder wählen Sie ein Bild des QR-Codes.
ui-camera-denied = Die Kamera darf nicht verwendet werden. Erlauben Sie es, wenn Sie gefragt werden, oder wählen Sie ein Bild des QR-Codes.
ui-camera-failed = Die Kamera konnte nicht gestartet werden. Vielleicht verwendet sie ein anderes Programm.
ui-from-camera = Kamera
ui-from-screen = Bildschirm
ui-from-clipboard = Zwischenablage
ui-clipboard-empty = In der Zwischenablage ist kein Bild.
ui-link-refused = Ein Link wurde nicht geöffnet.
ui-link-no-tunnel = Es gibt keinen Tunnel { $name }.
ui-link-too-long = Er ist zu lang.
ui-link-parameters = Ein Link zeigt nur eine Seite. Er kann keine Konfiguration mitbringen und keinen Tunnel ein- oder ausschalten.
ui-link-name = Er enthält keinen gültigen Namen eines Tunnels.
ui-link-unknown = Er nennt keine Seite von Adit.
ui-make-new = Neuen anlegen
ui-make-new-hint = Mit einem eigenen Schlüssel
ui-paste-label = Text der Konfiguration
ui-paste-continue = Weiter
ui-pasted-text = eingefügter Text
ui-pick-picture = Bild wählen
ui-drop = Zum Importieren ablegen
ui-drop-hint = Sie können Dateien und Ordner auch irgendwo in diesem Fenster ablegen.
ui-rules = Automatik
ui-rules-about = Regeln schalten Tunnel je nach Netz dieses Computers ein und aus. Die erste Regel, die zutrifft, entscheidet.
ui-rules-start = Wann soll ein Tunnel an sein?
ui-rules-start-text = Eine fertige Wahl wird zu Regeln, die Sie lesen und ändern können. Gespeichert wird erst, wenn Sie zustimmen.
ui-rules-for = Tunnel
ui-rules-preset-always = Immer
ui-rules-preset-always-hint = In jedem Netz an.
ui-rules-preset-everywhere-except-here = Überall außer zu Hause
ui-rules-preset-everywhere-except-here-hint = Aus im jetzigen Netz dieses Computers, an in jedem anderen.
ui-rules-preset-wifi-that-is-not-mine = In jedem WLAN, das nicht meines ist
ui-rules-preset-wifi-that-is-not-mine-hint = Aus im jetzigen WLAN und ohne WLAN, an in jedem anderen WLAN.
ui-rules-preset-open-wifi = In offenen WLANs
ui-rules-preset-open-wifi-hint = An, wo ein WLAN kein Passwort hat oder eines, das leicht zu brechen ist.
ui-rules-own = Eigene Regeln schreiben
ui-rules-own-hint = Mit Bedingungen zu WLAN, Gateway, Uhrzeit und mehr.
ui-rules-no-tunnels = Es gibt noch keinen Tunnel. Fügen Sie zuerst einen hinzu.
ui-rules-now = Jetzt
ui-rules-view = Ansicht
ui-rules-list = Regeln
ui-rules-text = Text
ui-rules-settings = Einstellungen der Regeln
ui-rules-add = Regel hinzufügen
ui-rules-decides = entscheidet jetzt
ui-rules-otherwise = In jedem anderen Netz
ui-rules-otherwise-none = Nicht gesagt; dort nimmt deshalb der Tunnel der Regeln alles auf.
ui-rules-unsaved = Diese Regeln sind noch nicht gespeichert.
ui-rules-would = Mit ihnen, jetzt: { $what }.
ui-rules-save = Regeln speichern
ui-rules-saved = Die Regeln sind gespeichert.
ui-rules-broken = Die gespeicherten Regeln sind nicht lesbar. Bis sie behoben sind, gelten die letzten oder die am stärksten schützenden.
ui-rules-has-errors = Dieser Text hat Fehler. Beheben Sie sie im Text, oder kehren Sie zu den gespeicherten Regeln zurück.
ui-rules-newer = Die Regeln wurden inzwischen geändert, deshalb lassen sich diese nicht speichern.
ui-rules-overtaken = Die Regeln wurden inzwischen geändert, deshalb wurde dies nicht ausgeführt.
ui-rules-trust = Diesem Netz vertrauen
ui-rules-trust-hint = Fügt eine Regel hinzu, die die Tunnel hier ausschaltet.
ui-rules-pause = Regeln anhalten
ui-rules-pause-network = Bis das Netz wechselt
ui-rules-resume = Wieder den Regeln folgen
ui-rules-paused = Die Regeln sind angehalten, ihre Tunnel sind aus.
ui-rules-chosen-on = { $tunnel } wurde von Hand eingeschaltet.
ui-rules-chosen-off = { $tunnel } wurde von Hand ausgeschaltet.
ui-rules-holds-network = Das gilt, bis das Netz wechselt.
ui-rules-holds-until = Das endet in { $time }.
ui-rules-suspended = Zurzeit ohne Wirkung: Dies ist vielleicht ein anderes Netz.
ui-rules-pending = In { $time }: { $what }.
ui-rules-ready-made = Fertige Regeln
ui-rules-ready-made-text = Die Wahl ersetzt alle jetzigen Regeln. Gespeichert wird erst, wenn Sie zustimmen.
ui-rules-failing = Der Server von { $tunnel } antwortet nicht.
ui-rules-failing-step = Jetziger Schritt: { $step }.
ui-rules-failing-next = Nächster Versuch in { $time }.
ui-rules-off-in = { $tunnel } geht in { $time } aus.
ui-rules-why = Warum?
ui-rules-by = Entschieden durch: { $source }
ui-rules-sources = Möglich: { $sources }
ui-rules-add-gateway = Gateway { $address } hinzufügen
ui-rules-add-probe = Heimprobe hinzufügen
ui-rules-name-alone = vertraut nur einem Namen
ui-rules-name-alone-more = Diesen Namen kann jeder einem WLAN geben. Die Hardware-Adresse des Gateways stellt sicher, dass es Ihres ist.
ui-rules-name-alone-away = Verbinden Sie sich mit diesem WLAN, um sein Gateway hinzuzufügen.
ui-rules-governed = Automatik: { $source }
ui-rules-by-hand = von Hand ein- oder ausgeschaltet
ui-rule = Regel { $number }
ui-rule-new = Neue Regel
ui-rule-edit = Regel { $number } bearbeiten
ui-rule-edit-otherwise = Bearbeiten, was in jedem anderen Netz gilt
ui-rule-remove = Regel { $number } entfernen
ui-rule-up = Regel { $number } nach oben
ui-rule-down = Regel { $number } nach unten
ui-rule-moved = Jetzt Regel { $number } von { $count }
ui-rule-unreadable = Diese Zeile hat einen Fehler.
ui-rule-if = Wenn { $conditions }
ui-rule-name = Name (optional)
ui-rule-conditions = Wenn all das zutrifft
ui-rule-condition = Bedingung { $number }
ui-rule-add-condition = Bedingung hinzufügen
ui-rule-remove-condition = Diese Bedingung entfernen
ui-rule-is = ist
ui-rule-is-not = ist nicht
ui-rule-then = Dann
ui-rule-then-up = Einschalten
ui-rule-then-down = Alle aus
ui-rule-then-leave = So lassen
ui-rule-then-none = Nichts sagen
ui-rule-tunnel = Tunnel
ui-rule-add-tunnel = Auch ein weiterer Tunnel
ui-rule-remove-tunnel = { $tunnel } nicht
ui-rule-mode = Was hindurchgeht
ui-rule-mode-as-configured = wie konfiguriert
ui-rule-mode-only = nur diese Netze
ui-rule-networks = Netze
ui-rule-does-up = { $tunnels } an
ui-rule-does-down = alle Tunnel der Automatik aus
ui-rule-kill = Notschalter
ui-rule-kill-default = wie in den Einstellungen
ui-rule-kill-is = Notschalter: { $when }
ui-rule-one-per-line = Je Zeile eines
ui-rule-present = Jetzt: { $value }
ui-rule-manual = Eine Wahl von Hand gilt
ui-rule-manual-text = Sie endet immer, wenn das Netz wechselt.
ui-rule-manual-network = bis das Netz wechselt
ui-rule-manual-for = höchstens { $span }
ui-rule-kill-text = Für Regeln, die nichts Eigenes sagen.
ui-rule-failover = Wenn ein Server nicht antwortet
ui-rule-failover-text = Die Schritte werden der Reihe nach versucht, dann wieder der Tunnel selbst. Ein Server, der antwortet, behält seinen Tunnel.
ui-rule-failover-none = nichts tun
ui-rule-failover-after = nach { $span }
ui-rule-failover-steps = Schritte
ui-rule-failover-step = Schritt { $number }
ui-rule-failover-next-endpoint = Seine anderen Adressen versuchen
ui-rule-failover-up = Stattdessen { $tunnel } einschalten
ui-rule-failover-down = Ausschalten
ui-rule-failover-add = Schritt hinzufügen
ui-rule-failover-remove = Schritt { $number } entfernen
ui-match-link = Art des Netzes
ui-match-wifi-name = WLAN-Name
ui-match-access-point = Zugangspunkt
ui-match-wifi-security = WLAN-Schutz
ui-match-gateway = Gateway
ui-match-subnet = Subnetz
ui-match-dns-suffix = DNS-Suffix
ui-match-metered = Getaktet
ui-match-time = Uhrzeit
ui-match-other-vpn = Anderes VPN
ui-match-home-probe = Heimprobe
ui-match-no-network = Kein Netz
ui-match-wifi-name-hint = * steht für beliebige Zeichen, ? für eines; ! am Anfang schließt Namen aus.
ui-match-time-hint = Etwa mon-fri 22:00-06:00
ui-link-wifi = WLAN
ui-link-ethernet = Ethernet
ui-link-cellular = Mobilfunk
ui-link-other = andere Art
ui-security-open = kein Passwort
ui-security-wep = WEP
ui-security-wpa = WPA
ui-security-wpa2 = WPA2
ui-security-wpa3 = WPA3
ui-security-enterprise = Enterprise (802.1X)
ui-security-none = keiner
ui-fact = { $what } ist { $value }
ui-fact-not = { $what } ist nicht { $value }
ui-fact-metered = Verkehr kostet Geld
ui-fact-metered-not = Verkehr kostet nichts
ui-fact-other-vpn = ein anderes VPN ist an
ui-fact-other-vpn-not = kein anderes VPN ist an
ui-fact-home-probe = das Zuhause beantwortet die Probe
ui-fact-home-probe-not = das Zuhause beantwortet die Probe nicht
ui-fact-no-network = es gibt kein Netz
ui-fact-no-network-not = es gibt ein Netz
ui-fact-quoted = „{ $text }“
ui-seen = gesehen: { $value }
ui-network-none = Dieser Computer ist in keinem Netz.
ui-network-unknown = Die Netze dieses Computers sind noch nicht bekannt.
ui-network-gateway = Gateway { $address }
ui-network-metered = getaktet
ui-network-portal = eine Anmeldeseite hält den Verkehr zurück
ui-draft = Tunnel aus { $from }
ui-draft-unusable = nicht importierbar
ui-draft-unchecked = nicht geprüft
ui-draft-leave-out = Diesen weglassen
ui-draft-edit = Text bearbeiten
ui-draft-keys = Schlüssel bleiben im Programm und erscheinen als Platzhalter. Wo ein Platzhalter bleibt, bleibt der Schlüssel.
ui-import = { $count ->
    [0] Importieren
    [one] Einen Tunnel importieren
   *[other] { $count } Tunnel importieren
}
ui-importing = Wird importiert …
ui-imported = { $done } von { $all } importiert
ui-import-unreadable = { $count ->
    [one] Eine Datei ist nicht lesbar.
   *[other] { $count } Dateien sind nicht lesbar.
}
ui-import-too-large = Die Datei ist zu groß.
ui-takeovers = Tunnel von wg-quick
ui-takeovers-text = Diese können zu Adit wechseln. Ihre Dateien bleiben, wo sie sind.
ui-takeover-up = an
ui-takeover-down = aus
ui-take-over = Übernehmen
ui-take-over-title = { $name } übernehmen?
ui-take-over-file = Die Datei { $path } bleibt unverändert, wo sie ist. Adit betreibt den Tunnel aus ihr.
ui-take-over-stops-service = { $unit } wird angehalten: Der Tunnel ist einen Moment lang aus und geht mit Adit wieder an.
ui-take-over-stops-tunnel = Der laufende Tunnel wird abgebaut, wie wg-quick es tut, und geht mit Adit wieder an.
ui-take-over-stays-off = Der Tunnel ist aus und bleibt aus, bis er angeschaltet wird.
ui-take-over-boot = Adit schaltet ihn an, wenn der Computer startet. wg-quick täte das weiterhin auch; das wird danach in einem Terminal beendet:
ui-take-over-fails = Geht er mit Adit nicht an, schaltet wg-quick ihn wieder an.
ui-new-name = Neuer Tunnel
ui-create = Anlegen

ui-configuration = Konfiguration
ui-editor-view = Ansicht
ui-editor-text = Text
ui-editor-form = Formular
ui-undo = Rückgängig
ui-redo = Wiederholen
ui-editor-keys = Strg+Leertaste schlägt vor, was an die Stelle passt; Strg+F sucht; Strg+Z nimmt eine Änderung zurück.
ui-editor-failed = Der Editor konnte nicht geladen werden.
ui-hide-keys = Schlüssel verbergen
ui-completions = Vorschläge
ui-find = Suchen
ui-find-replace-with = Ersetzen durch
ui-find-next = Weiter
ui-find-previous = Zurück
ui-find-case = Groß/klein beachten
ui-find-word = Ganze Wörter
ui-find-pattern = Regulärer Ausdruck
ui-find-replace = Ersetzen
ui-find-replace-all = Alle ersetzen
ui-find-close = Suche schließen
ui-find-current = Aktueller Treffer
ui-find-replaced = In Zeile $ ersetzt
ui-find-replaced-all = $ Treffer ersetzt
ui-find-on-line = in Zeile
ui-findings = Befunde
ui-no-findings = Keine Fehler, keine Warnungen
ui-fix-replace = Durch { $text } ersetzen
ui-fix-insert = { $text } einfügen
ui-fix-remove = Entfernen
ui-discard = Änderungen verwerfen
ui-load-newer = Neuere Version laden
ui-review-open = Prüfen und speichern
ui-review = Diese Änderungen speichern?
ui-review-nothing = In der Bedeutung ändert sich nichts: nur Kommentare, Reihenfolge oder Leerzeichen.
ui-review-more = { $count ->
    [one] Eine weitere Änderung ist nicht aufgeführt.
   *[other] { $count } weitere Änderungen sind nicht aufgeführt.
}
ui-review-restart = Manche Änderungen gelten erst, wenn der Tunnel neu gestartet wird.
ui-review-back = Weiter bearbeiten
ui-saved = { $count ->
    [0] Gespeichert
    [one] Gespeichert; eine Änderung gilt schon
   *[other] Gespeichert; { $count } Änderungen gelten schon
}
ui-saved-restart = Gespeichert; damit alle Änderungen gelten, den Tunnel neu starten
ui-form-this-end = Dieser Computer
ui-form-peer = Gegenstelle { $number }
ui-form-through = Was durch diese Gegenstelle geht
ui-form-through-everything = Alles
ui-form-through-private = Private Netze
ui-form-through-except = Alles außer …
ui-form-through-custom = Eigene Liste
ui-form-except-what = Netze, die draußen bleiben
ui-form-own-key = Bleibt das Feld leer, erzeugt der Dienst einen Schlüssel, der ihn nie verlässt.
ui-form-add-peer = Gegenstelle hinzufügen
ui-form-remove = { $peer } entfernen
ui-form-remove-peer = Diese Gegenstelle entfernen
ui-form-remove-title = { $peer } entfernen?
ui-form-remove-text = Schlüssel, Endpunkt und Netze kommen aus der Konfiguration. Rückgängig holt sie zurück, solange nicht gespeichert oder verworfen wurde.
ui-psk-none = Keiner
ui-psk-set = Gesetzt; der Dienst bewahrt ihn auf
ui-psk-new = Neu: Die Gegenstelle braucht denselben
ui-psk-make = Erzeugen
ui-psk-replace = Neu erzeugen
ui-psk-copy = Kopieren
ui-psk-remove = Entfernen
ui-help-privatekey = Der private Schlüssel dieses Endes, 44 Zeichen
ui-help-address = Adressen dieses Computers im Tunnel, etwa 10.0.0.2/32
ui-help-dns = DNS-Server, solange der Tunnel an ist, und Suchdomänen
ui-help-mtu = Größtes Paket im Tunnel, in Bytes; ohne Angabe findet Adit die richtige Größe
ui-help-listenport = UDP-Port dieses Computers; ohne Angabe wählt ihn das System
ui-help-table = Routingtabelle für die Routen des Tunnels: eine Zahl, auto oder off
ui-help-fwmark = Marke an verschlüsselten Paketen, für eigene Regeln
ui-help-saveconfig = Ob beim Ausschalten gespeichert wird, was lief
ui-help-preup = Ein Befehl, bevor die Schnittstelle angelegt wird; läuft erst, wenn er genehmigt ist
ui-help-postup = Ein Befehl, nachdem alles steht; läuft erst, wenn er genehmigt ist
ui-help-predown = Ein Befehl, bevor etwas zurückgenommen wird; läuft erst, wenn er genehmigt ist
ui-help-postdown = Ein Befehl, nachdem alles zurückgenommen ist; läuft erst, wenn er genehmigt ist
ui-help-publickey = Der öffentliche Schlüssel der Gegenstelle, 44 Zeichen
ui-help-presharedkey = Ein Geheimnis, das beide Enden neben ihren Schlüsseln teilen, 44 Zeichen
ui-help-endpoint = Wo die Gegenstelle ist: Host:Port
ui-help-further-endpoints = Ein Endpoint, der versucht wird, wenn der Peer am vorherigen nicht antwortet; andere Programme übergehen ihn
ui-help-allowedips = Netze hinter der Gegenstelle; 0.0.0.0/0, ::/0 ist alles
ui-help-persistentkeepalive = Sekunden zwischen Paketen, die einen Weg durch NAT offen halten, etwa 25

ui-version = Version { $version }
ui-version-current = Aktuell
ui-version-imported = Importiert
ui-version-edited = Bearbeitet
ui-version-rotated = Schlüssel ersetzt
ui-version-saved = Aus dem Laufenden gespeichert
ui-version-restored = Aus Version { $version } wiederhergestellt
ui-restore = Wiederherstellen
ui-restored = Version { $version } ist wiederhergestellt

ui-export-warning = Wer diese Konfiguration hat, kann Ihren Tunnel benutzen.
ui-export-warning-text = Sie enthält den privaten Schlüssel. Der Computer fragt vielleicht nach Ihrem Passwort.
ui-export-copy = Konfiguration kopieren
ui-export-copied = Kopiert; die Zwischenablage wird in 60 s geleert
ui-export-qr = Als QR-Code zeigen
ui-export-qr-hint = Scannen Sie ihn mit der WireGuard-App eines Telefons.
ui-export-qr-hide = Verbergen
ui-export-file = Als Datei speichern…
ui-export-saved = { $file } ist gespeichert
ui-export-all = Alle Tunnel exportieren
ui-export-all-hint = Alle Konfigurationen mit ihren Schlüsseln in einem Zip-Archiv, das nicht verschlüsselt ist.
ui-export-all-open = Exportieren…
ui-export-all-warning = Wer dieses Archiv hat, kann alle Ihre Tunnel benutzen.
ui-export-all-warning-text = Es enthält alle privaten Schlüssel und ist nicht verschlüsselt. Der Computer fragt vielleicht nach Ihrem Passwort.
ui-export-all-save = Als Zip-Archiv speichern…
ui-export-all-better = Um die Tunnel aufzubewahren oder auf einen anderen Computer zu bringen, ist eine verschlüsselte Sicherung besser.

ui-backups = Sicherung und Export
ui-backup = Alle Tunnel sichern
ui-backup-hint = Tunnel, Schlüssel und Einstellungen in einer verschlüsselten Datei.
ui-backup-open = Sichern…
ui-backup-text = Alle Tunnel mit ihren Schlüsseln und Einstellungen kommen in eine verschlüsselte Datei. Sie öffnet sich nur mit der Passphrase; eine verlorene kann niemand ersetzen.
ui-backup-passphrase = Passphrase
ui-backup-repeat = Noch einmal dieselbe
ui-backup-differs = Die Passphrasen sind verschieden.
ui-backup-weak = Leicht zu erraten: Wer die Datei bekommt, kann kurze Passphrasen durchprobieren. Mehrere Wörter hintereinander sind besser.
ui-backup-fair = Gut. Ein weiteres Wort macht sie stärker.
ui-backup-strong = Schwer zu erraten
ui-backup-no-key = { $tunnels } fragt nach dem privaten Schlüssel, daher fehlt dieser in der Sicherung.
ui-backup-rotation = Der neue Schlüssel von { $tunnels } ist erst in der Sicherung, wenn er den alten ersetzt hat.
ui-backup-save = Sicherung speichern…
ui-backup-busy = Die Sicherung entsteht. Das Verschlüsseln dauert einen Moment.
ui-backup-saved = { $file } ist geschrieben: { $count ->
    [one] ein Tunnel
   *[other] { $count } Tunnel
}, verschlüsselt
ui-backup-none = Es gibt keinen Tunnel zu sichern.
ui-restore-backup = Sicherung wiederherstellen
ui-restore-backup-hint = Tunnel aus einer Sicherung hinzufügen oder abweichende ersetzen.
ui-restore-open = Wiederherstellen…
ui-restore-text = Adit zeigt, wie die Tunnel der Sicherung von denen dieses Computers abweichen. Vorher ändert sich nichts.
ui-restore-choose = Sicherung auswählen…
ui-restore-other = Andere auswählen…
ui-restore-decrypt = Öffnen
ui-restore-busy = Die Sicherung wird geöffnet. Das Entschlüsseln dauert einen Moment.
ui-restore-made = Erstellt { $moment } von { $program }
ui-restore-new = Neu
ui-restore-same = Gleich
ui-restore-different = Weicht ab
ui-restore-refused = Nicht wiederherstellbar
ui-restore-want-new = { $tunnel } hinzufügen
ui-restore-want-different = { $tunnel } ersetzen
ui-restore-interface = Er bekommt die Schnittstelle { $interface }, weil { $other } belegt ist.
ui-restore-keeps = Er behält seine Schnittstelle { $interface }; in der Sicherung ist es { $other }.
ui-restore-replaces = Angekreuzte Tunnel, die abweichen, werden ersetzt. Ihre jetzigen Konfigurationen bleiben unter den früheren Versionen.
ui-restore-nothing = Alle Tunnel der Sicherung sind schon da und gleich.
ui-restore-start = { $count ->
    [0] Wiederherstellen
    [one] Einen Tunnel wiederherstellen
   *[other] { $count } Tunnel wiederherstellen
}
ui-restore-carrying-out = Wird wiederhergestellt…
ui-restore-finished = { $done ->
    [0] Kein Tunnel wurde wiederhergestellt
    [one] Ein Tunnel wurde wiederhergestellt
   *[other] { $done } Tunnel wurden wiederhergestellt
}
ui-restore-added = Hinzugefügt
ui-restore-replaced = Ersetzt
ui-restore-left = Bleibt, wie er ist
ui-restore-not-added = Nicht hinzugefügt
ui-restore-failed = Nicht wiederhergestellt
ui-restore-unsure = Die Verbindung zum Dienst ist abgerissen. Vielleicht ist er wiederhergestellt.
ui-restore-commands = Er hat Befehle, die erst nach Ihrer Zustimmung laufen.
ui-restore-restart = Einige Änderungen wirken erst nach einem Neustart des Tunnels.
ui-restore-remains = Schritte davor ließen sich nicht rückgängig machen:
ui-restore-text-differs = Kommentare, Reihenfolge oder Leerzeichen der Konfiguration
ui-restore-reminder = Erinnerung an alte Schlüssel
ui-yes = ja
ui-no = nein
ui-backup-problem-unreadable = Die Datei lässt sich nicht lesen.
ui-backup-problem-too-large = Die Datei ist größer, als eine Sicherung sein kann.
ui-backup-problem-not-a-backup = Das ist keine Sicherung von Adit.
ui-backup-problem-damaged = Die Sicherung ist beschädigt: Ein Teil wurde verändert oder fehlt.
ui-backup-problem-needs-identity = Die Sicherung ist für einen Empfänger verschlüsselt. Stellen Sie sie im Terminal mit der Datei des geheimen Schlüssels wieder her:
ui-backup-problem-wrong-passphrase = Das ist nicht die Passphrase dieser Sicherung.
ui-backup-problem-too-much-work = Das Öffnen dieser Datei würde zu viel Speicher und Zeit brauchen. Sie stammt nicht von Adit.
ui-backup-problem-newer = Eine neuere Version von Adit hat diese Sicherung erstellt. Aktualisieren Sie Adit, um sie wiederherzustellen.
ui-backup-problem-content = Der Inhalt ist nicht der einer Sicherung.

ui-rotation-none = Den Schlüssel dieses Tunnels ersetzen
ui-rotation-none-text = Der Dienst erzeugt einen neuen Schlüssel, während der Tunnel mit dem alten weiterläuft. Sie geben der anderen Seite den neuen öffentlichen Schlüssel und wechseln, wenn sie antwortet.
ui-rotation-age = Der jetzige Schlüssel ist mindestens { $span } alt.
ui-rotation-begin = Neuen Schlüssel erzeugen
ui-rotation-waits = Ein neuer Schlüssel wartet
ui-rotation-tell = Geben Sie das der anderen Seite:
ui-rotation-test-text = Finden Sie heraus, ob die andere Seite ihn schon kennt.
ui-rotation-test = Neuen Schlüssel prüfen
ui-rotation-answered = Geantwortet: { $peers }
ui-rotation-silent = Keine Antwort: { $peers }
ui-rotation-not-asked = Konnte nicht gefragt werden: { $peers }
ui-rotation-finish-text = Ersetzen Sie den alten Schlüssel.
ui-rotation-finish = Neuen Schlüssel benutzen
ui-rotation-anyway = Trotzdem benutzen
ui-rotation-cancel = Neuen Schlüssel verwerfen
ui-rotation-done = Der Tunnel hat seinen neuen Schlüssel
ui-key-reminder = An einen neuen Schlüssel erinnern
ui-key-reminder-text = Adit meldet es, wenn der Schlüssel älter ist.

ui-log-level = Stufe
ui-log-error = Fehler
ui-log-warn = Warnung
ui-log-info = Info
ui-log-debug = Debug
ui-log-tunnel = Tunnel
ui-log-all-tunnels = Alle Tunnel
ui-log-search = Protokoll durchsuchen
ui-log-copy = Kopieren
ui-log-copied = { $count ->
    [one] Eine Zeile kopiert
   *[other] { $count } Zeilen kopiert
}
ui-log-empty = Keine Zeile passt.
ui-log-follow = Neueste Zeilen

ui-appearance = Aussehen
ui-theme = Farben
ui-theme-system = System
ui-theme-light = Hell
ui-theme-dark = Dunkel
ui-theme-contrast = Hoher Kontrast
ui-theme-contrast-light = Hoher Kontrast, hell
ui-theme-contrast-dark = Hoher Kontrast, dunkel
ui-language = Sprache
ui-language-system = Wie das System
ui-rates = Geschwindigkeiten in
ui-rates-bits = Bits
ui-rates-bytes = Bytes
ui-desktop = Leiste und Benachrichtigungen
ui-show-tray = Ein Symbol in der Leiste zeigen
ui-tray-off = Mit dem Fenster endet Adit. Tunnel bleiben, wie sie sind.
ui-close-hides = Das Fenster in die Leiste schließen
ui-no-tray = Hier gibt es keine Leiste für Symbole: Mit dem Fenster endet Adit. Tunnel bleiben, wie sie sind.
ui-start-at-login = Bei der Anmeldung starten
ui-notify = Melden, wenn
ui-notify-up = Ein Tunnel angeht
ui-notify-down = Ein Tunnel ausgeht
ui-notify-rules = Eine Regel einen Tunnel ein- oder ausschaltet oder ändert, was hindurchgeht
ui-notify-silent = 5 Minuten lang niemand antwortet
ui-notify-answers = Die Gegenstelle wieder antwortet
ui-notify-blocked = Ein Notschalter den Verkehr sperrt
ui-notify-key-old = Ein Schlüssel alt ist
ui-service = Dienst
ui-service-version = Version
ui-service-protocol = Vertrag
ui-service-started = Läuft seit
ui-service-role = Sie dürfen
ui-about-title = Über Adit
ui-about = Adit ist freie Software unter den Lizenzen MIT und Apache 2.0. WireGuard ist eine eingetragene Marke von Jason A. Donenfeld.
ui-support = Supportpaket
ui-support-hint = Versionen, Zustände, Konfigurationen ohne Schlüssel und das Protokoll, als Text für jemanden, der Ihnen hilft.
ui-support-open = Vorschau
ui-support-text = Alles, was hilft, die Ursache eines Problems zu finden, als Text: Versionen, Zustände, Konfigurationen, Befunde und das Protokoll. Private und gemeinsame Schlüssel, Befehle und Kommentare sind nicht enthalten. Lesen Sie es, bevor Sie es weitergeben; Adit sendet nichts.
ui-support-hide = IP-Adressen und Namen von Endpunkten verbergen
ui-support-copy = Alles kopieren
ui-support-copied = Supportpaket kopiert
ui-support-file = Um diese Dateien in ein Archiv zu schreiben, geben Sie in einem Terminal ein:

ui-shortcuts = Tastenkürzel
ui-shortcuts-text = Alles in diesem Fenster geht mit der Tastatur.
ui-shortcut-import = Dateien importieren
ui-shortcut-new = Neuer Tunnel
ui-shortcut-edit = Tunnel bearbeiten
ui-shortcut-search = Tunnel suchen
ui-shortcut-log = Protokoll
ui-shortcut-settings = Einstellungen
ui-shortcut-move = In der Liste bewegen
ui-shortcut-toggle = Tunnel ein- oder ausschalten
ui-shortcut-remove = Tunnel entfernen
ui-shortcut-back = Zurück
ui-shortcut-help = Diese Seite
ui-shortcuts-editor = Im Editor
ui-shortcut-complete = Vorschlagen, was an die Stelle passt
ui-shortcut-find = Text durchsuchen

## Captive portals
error-portal-is-open = ein Programm von { $by } darf die Anmeldeseite bereits erreichen
    .advice = warten, bis es beendet ist
    .command = beenden mit: adit portal --close
error-portal-not-shut-out = kein Notschalter ist geschlossen, also wird für die Anmeldeseite nichts geöffnet
    .advice = den Tunnel anhalten, falls einer aktiv ist, dann einfach den Browser benutzen
event-portal-open = { $by } darf die Anmeldeseite des Netzes erreichen
event-portal-captive = dieses Netz verlangt eine Anmeldung ({ $interface })
event-portal-none = es gibt keine Anmeldeseite, oder niemand weiß von einer
log-portal-opened = ein Programm darf die Anmeldeseite des Netzes höchstens { $span } lang erreichen ({ $by })
log-portal-host = das Programm darf { $host } erreichen
log-portal-closed = die Anmeldeseite ist wieder ausgesperrt: { $why }
log-portal-not-opened = der Weg zur Anmeldeseite konnte nicht geöffnet werden: { $error }
log-portal-not-closed = der Weg zur Anmeldeseite konnte nicht geschlossen werden und schließt sich von selbst, wenn seine Zeit um ist: { $error }
portal-end-asked = ein Benutzer wollte es
portal-end-time-over = die Zeit ist um
portal-end-program-gone = das Programm ist beendet
portal-end-network-changed = das Netz hat sich geändert
portal-end-passed = das Netz lässt Verkehr durch
portal-end-service-ended = der Dienst ist beendet
portal-hint = das Netz an { $interface } verlangt eine Anmeldung, und seine Seite ist ausgesperrt; öffnen mit: adit portal
ui-portal-text = Die Anmeldeseite ist ausgesperrt. Um sie einem Browser zu öffnen, in einem Terminal eingeben:
portal-opened = höchstens { $span } lang darf ein Browser die Anmeldeseite erreichen; aller andere Verkehr bleibt gesperrt
portal-browser = { $program } öffnet sich mit einem eigenen Profil, das danach gelöscht wird: dort anmelden
portal-proxy = mit einem Browser anmelden, der den HTTP-Proxy { $proxy } benutzt, unter { $url }
portal-no-browser = es wurde kein Browser gefunden, dem man ein Profil und einen Proxy geben kann
portal-online = dieses Netz lässt Verkehr durch
portal-captive = dieses Netz verlangt eine Anmeldung
portal-unknown = es ist nicht bekannt, ob dieses Netz eine Anmeldung verlangt: { $error }
portal-ended = die Anmeldeseite ist wieder ausgesperrt: { $why }
portal-closed = kein Programm darf jetzt eine Anmeldeseite erreichen
