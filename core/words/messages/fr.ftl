#

## Noms

tunnel-unnamed = le tunnel
tunnel-other = un autre tunnel
tunnel-gone = un tunnel qui n'existe plus


## Durées

span-seconds = { $seconds } s
span-minutes = { $minutes } min
span-hours = { $hours } h
span-hours-minutes = { $hours } h { $minutes } min
span-days = { $days } j
ago = il y a { $span }
ago-now = à l'instant
ago-never = jamais


## États d'un tunnel

state-off = éteint
state-failed = éteint, en échec
state-interface-removed = éteint, retiré de l'extérieur
state-engine-stopped = éteint, en panne
state-starting = démarrage : { $step }
state-stopping = arrêt en cours
state-paused = en pause
state-paused-for = en pause encore { $span }
state-blocked = bloqué

step-check = vérification
step-resolve = recherche des adresses
step-firewall = réglage du filtre de paquets
step-pre-up = exécution de PreUp
step-interface = création de l'interface
step-addresses = réglage des adresses
step-routes = réglage des routes
step-dns = réglage du DNS
step-post-up = exécution de PostUp

health-good = sain
health-idle = au repos
health-no-peers = allumé, aucun pair
health-waiting = allumé, attend que le pair commence
health-handshaking = allumé, pas encore de poignée de main
health-no-answer = sans réponse depuis { $span }

kill-switch-off = éteint
kill-switch-block = blocage
kill-switch-lockdown = verrouillage

role-status = voir les tunnels
role-operate = allumer et éteindre les tunnels
role-administer = modifier les tunnels et voir leurs clés
action-kill-switch = ouvrir et modifier les coupe-circuits
action-lockdown = poser, affaiblir et lever les verrouillages


## Erreurs

error-not-found = il n'y a pas de tunnel avec l'identifiant { $id }
error-tunnel-gone = { $tunnel } n'existe plus : quelqu'un l'a retiré
error-no-such-version = { $tunnel } n'a pas de version { $version }
    .command = voir celles qui existent avec : adit versions { $argument }
error-no-such-takeover = wg-quick n'a pas de tunnel { $name }
    .command = voir ceux qui existent avec : adit take-over
error-name-taken = un autre tunnel s'appelle déjà { $name }
    .advice = choisir un autre nom
error-interface-taken = un autre tunnel a déjà l'interface { $interface }
    .advice = choisir une autre interface
    .command = en choisir une autre avec --interface
error-conflict = { $tunnel } ne peut pas être allumé à côté de ce qui est là
    .advice = résoudre le conflit, ou allumer le tunnel quand même
    .command = résoudre le conflit, ou ajouter --despite-conflicts
error-conflict-with-tunnel = { $tunnel } ne peut pas être allumé à côté de ce qui est là
    .advice = éteindre l'autre tunnel, ou allumer celui-ci quand même
    .command = éteindre l'autre (adit down { $other }), ou ajouter --despite-conflicts
error-not-allowed-kill-switch = vous ne pouvez ni ouvrir ni modifier le coupe-circuit de { $tunnel }
    .advice = demander à un administrateur de cet ordinateur
    .command = réessayer avec sudo
error-not-allowed-lockdown = vous ne pouvez ni poser, ni affaiblir, ni lever un verrouillage
    .advice = demander à un administrateur de cet ordinateur
    .command = réessayer avec sudo
error-not-allowed-status = vous ne pouvez pas voir cela
    .advice = demander à un administrateur de cet ordinateur
    .command = réessayer avec sudo
error-not-allowed-operate = vous ne pouvez pas allumer ni éteindre de tunnels
    .advice = être devant l'ordinateur, ou dans le groupe `adit-operators`
    .command = être devant l'ordinateur, être dans le groupe `adit-operators`, ou réessayer avec sudo
error-not-allowed-administer = vous ne pouvez ni modifier les tunnels ni voir leurs clés
    .advice = demander à un administrateur de cet ordinateur
    .command = réessayer avec sudo
error-invalid = la configuration de { $tunnel } a des erreurs
error-bad-request = le service Adit n'a pas compris la demande : { $detail }
error-changed = quelqu'un a modifié { $tunnel } entre-temps (il en est à la version { $version }), rien n'a donc été enregistré
    .advice = regarder et réessayer
error-interface-removed = quelqu'un a retiré l'interface de { $tunnel }
    .advice = l'allumer de nouveau
    .command = l'allumer de nouveau avec : adit up { $argument }
error-broken = la fiche enregistrée de { $tunnel } est illisible
    .advice = s'il bloque encore du trafic, l'éteindre
    .command = s'il bloque encore du trafic, y mettre fin avec : adit down { $argument }
error-hooks-not-approved = { $tunnel } a des commandes qui s'exécuteraient en tant que root, et personne ne les a approuvées
    .advice = les lire et les approuver
    .command = les lire et les approuver avec : adit approve { $argument }
error-hooks-changed = les commandes de { $tunnel } ne sont pas celles qui ont été approuvées
    .advice = les relire et les approuver
    .command = les relire avec : adit approve { $argument }
error-draft-gone = ce qui a été lu de ce fichier n'est plus conservé
    .advice = ouvrir à nouveau le fichier
error-hook-failed = une commande de { $tunnel } a échoué avec le code { $exit }, tout a donc été annulé
error-hook-not-run = une commande de { $tunnel } n'a pas pu s'exécuter ou un signal y a mis fin, tout a donc été annulé
error-busy = { $tunnel } est en train de démarrer ou de s'arrêter
    .advice = réessayer ensuite
error-not-up = { $tunnel } n'est pas allumé
    .advice = l'allumer d'abord
    .command = l'allumer avec : adit up { $argument }
error-not-paused = { $tunnel } n'est pas en pause
error-needs-key = { $tunnel } demande sa clé privée, que le service ne garde pas
    .advice = saisir la clé
    .command = l'allumer dans un terminal, ou avec la clé dans un fichier : adit up { $argument } --key-file FICHIER (`-` est l'entrée standard)
error-wrong-key = ce n'est pas la clé privée de { $tunnel }, dont la clé publique est { $key }
error-key-not-kept = { $tunnel } demande sa clé privée, et il faut pour cela un service qui la garde
    .advice = faire garder la clé
    .command = la faire garder avec : adit key { $argument } keep
error-no-rotation = aucune nouvelle clé n'attend pour { $tunnel }
    .advice = en créer une
    .command = en créer une avec : adit rotate { $argument } begin
error-rotation-pending = une nouvelle clé attend déjà pour { $tunnel }
    .command = la voir avec : adit rotate { $argument } show
error-rotation-not-answered = aucun pair de { $tunnel } n'a répondu à la nouvelle clé, et avec elle le tunnel se tairait
    .advice = donner sa clé publique aux pairs
    .command = donner sa clé publique aux pairs (adit rotate { $argument } show), ou terminer quand même avec --despite-silence
error-read-only = { $tunnel } est dans { $path }, qu'Adit n'a pas à retirer
    .advice = retirer ce fichier, et le tunnel disparaît avec lui
error-unresolved = l'adresse de { $host } est introuvable ({ $detail })
    .advice = vérifier le nom, et s'il y a un réseau
error-no-permission = quelque chose n'a pas été permis au service Adit ({ $doing })
    .advice = regarder le journal du service
    .command = regarder avec : systemctl status aditd
error-missing-tun-device = cet ordinateur n'a pas /dev/net/tun, dont tout tunnel a besoin
    .command = le charger avec : sudo modprobe tun
error-missing-dns-backend = le tunnel a des serveurs DNS, et le service ne peut pas les régler : systemd-resolved ne tourne pas, et sans les droits de root et un /etc modifiable le service ne peut utiliser ni `resolvconf` ni /etc/resolv.conf
    .advice = installer systemd-resolved, faire tourner le service en tant que root (docs/DAEMON.md), utiliser `sudo adit up FILE`, ou retirer la ligne DNS
error-missing-packet-filter = le tunnel a besoin de `nft`, qui n'est pas installé
    .advice = installer le paquet nftables
error-io = échec ({ $doing }) : { $detail }
error-too-many-look-ups = les serveurs de noms ne répondent pas, et { $limit } aperçus les attendent déjà
    .advice = réessayer plus tard
error-too-large = c'est trop grand : { $limit } octets au plus peuvent être transportés
error-lockdown = { $tunnel } est éteint, et son verrouillage ne laisse rien passer à côté
    .advice = un administrateur peut lever le verrouillage
    .command = lever le verrouillage en tant qu'administrateur avec : sudo adit block { $argument } off
error-not-full-tunnel = { $tunnel } ne prend pas tout le trafic, un verrouillage couperait donc le reste
    .advice = ajouter 0.0.0.0/0 ou ::/0 à AllowedIPs (et laisser Table sur auto), ou lever le verrouillage
    .command = ajouter 0.0.0.0/0 ou ::/0 à AllowedIPs (et laisser Table sur auto), ou lever le verrouillage avec : sudo adit block { $argument } off
error-shutting-down = le service Adit se termine
    .advice = réessayer quand il sera de retour
error-internal = c'est un défaut d'Adit
    .advice = ce qu'on en sait est dans le journal
    .command = ce qu'on en sait est dans le journal : adit logs --level debug


## Conflits

conflict-same-network = { $other } prend déjà { $network }
conflict-both-take-all = { $other } prend déjà tout le trafic
conflict-same-address = { $other } a déjà l'adresse { $address }
conflict-same-port = { $other } écoute déjà sur le port UDP { $port }
conflict-both-set-dns = { $other } règle déjà les serveurs DNS de l'ordinateur
conflict-interface-exists = il y a une interface { $interface } créée par un autre programme (si c'est wg-quick : adit take-over { $interface })
conflict-local-network = le réseau où se trouve cet ordinateur ({ $interface }) a aussi les adresses { $network }
conflict-other-vpn = un autre VPN ({ $interface }) prend déjà tout le trafic


## La configuration

severity-note = note
severity-warning = avertissement
severity-error = erreur
diagnostic = ligne { $line }, colonne { $column } : { $severity } : { $key }{ $problem }{ $advice }

field-private-key = PrivateKey
field-listen-port = ListenPort
field-fw-mark = FwMark
field-addresses = Address
field-dns = DNS
field-mtu = MTU
field-table = Table
field-save-config = SaveConfig
field-hooks = commandes
field-peer-added = nouveau pair
field-peer-removed = pair retiré
field-peer-name = nom
field-preshared-key = PresharedKey
field-endpoint = Endpoint
field-further-endpoints = Autres Endpoint
field-allowed-ips = AllowedIPs
field-persistent-keepalive = PersistentKeepalive
field-text = texte

change-of-peer = { $field } de { $peer }
change-peer-added = le pair { $peer } est nouveau
change-peer-removed = le pair { $peer } disparaît
change-hooks = d'autres commandes, à approuver de nouveau
change-text = commentaires, ordre et espaces seulement
change-both = { $subject } : { $before } -> { $after }
change-set = { $subject } : { $after } (n'était pas réglé)
change-unset = { $subject } : non réglé (était { $before })
change-hidden = { $subject } : une autre valeur

change-effect-none = ne change rien à ce qui tourne
change-effect-live = tout de suite
change-effect-restart = au prochain démarrage


## Problèmes d'une configuration, et leurs corrections

quoted = `{ $text }`
quoted-hidden = (non affiché, ce pourrait être une clé)
problem-unknown = un problème que cette version ne connaît pas ({ $code })
problem-empty = le fichier est vide
problem-foreign = { $kind ->
    [openvpn] c'est un profil OpenVPN, pas une configuration WireGuard
    [ikev2_profile] c'est un profil Apple pour IKEv2 ou IPsec, pas une configuration WireGuard
    [apple_profile] c'est un profil de configuration Apple, pas une configuration WireGuard
    [cisco_pcf] c'est un profil du client IPsec de Cisco (.pcf), pas une configuration WireGuard
    [strongswan] c'est une configuration IPsec (strongSwan), pas une configuration WireGuard
    [pem] c'est un fichier PEM (un certificat ou une clé d'un autre type), pas une configuration WireGuard
    [html] c'est une page web, pas une configuration WireGuard
    [xml] c'est un fichier XML, pas une configuration WireGuard
    [json] c'est un fichier JSON, pas une configuration WireGuard
    [wireguard_link] c'est un lien wireguard://, pas une configuration WireGuard
    [link] c'est un lien (URL), pas une configuration WireGuard
    [zip] c'est une archive zip, pas une configuration WireGuard
    [tar] c'est une archive tar, pas une configuration WireGuard
    [compressed] c'est un fichier compressé, pas une configuration WireGuard
    [image] c'est une image, pas une configuration WireGuard
    [pdf] c'est un fichier PDF, pas une configuration WireGuard
    [program] c'est un programme, pas une configuration WireGuard
   *[other] ce n'est pas une configuration WireGuard
}
problem-missing-interface = il n'y a pas de section [Interface]
problem-too-many = trop de constats, les autres ne sont pas affichés
problem-outside-section = la ligne doit se trouver dans une section
problem-missing-equals = il manque le signe égal sur cette ligne
problem-semicolon-comment = `;` ne commence pas un commentaire
problem-unknown-section = section inconnue { $text }
problem-spaces-in-header = des espaces dans l'en-tête de la section, que wg-quick ne reconnaît pas
problem-repeated-interface = une deuxième section [Interface] (la première est à la ligne { $first }) ; elle est lue comme sa suite
problem-unknown-key = mot-clé inconnu { $text }
problem-nameless-key = cela ressemble à une clé cryptographique, mais aucun `NOM =` ne la précède
problem-wrong-section = ce mot-clé est dans la mauvaise section
problem-dialect = { $kind ->
    [amneziawg] { $name } appartient à AmneziaWG, qui modifie les paquets ; ce client est fait pour WireGuard et ne peut pas joindre un tel serveur
    [wiresock] { $name } est une option de WireSock qui choisit le trafic du tunnel ; elle n'a aucun effet ici
    [android] { $name } n'a de sens que sous Android et est ignoré ici
   *[other] { $name } appartient à un autre programme
}
problem-empty-value = la valeur manque
problem-left-out = la valeur manque ; cette ligne est ignorée
problem-repeated-key = déjà donné (d'abord à la ligne { $first }) ; c'est celui-ci qui compte
problem-invisible = un caractère invisible ({ $character }) est lu comme une espace
problem-line-break = un saut de ligne d'un autre système ({ $character }) au milieu de la ligne
problem-key = { $kind ->
    [length] clé invalide : elle a { $characters ->
        [one] { $characters } caractère
       *[other] { $characters } caractères
    }, une clé en a 44
    [padding] clé invalide : il manque le `=` à la fin
    [alphabet] clé invalide : elle a un caractère qui n'existe pas en base64
    [url_safe] clé invalide : elle est dans la variante de base64 pour les URL
    [hexadecimal] clé invalide : elle est en hexadécimal
    [not_canonical] clé invalide : son dernier caractère avant le `=` ne peut pas se trouver dans une clé, elle est donc mal recopiée ou coupée
    [zero] clé invalide : elle n'a que des zéros
    [low_order] clé invalide : c'est l'une des rares avec lesquelles aucun secret n'est possible
   *[other] clé invalide
}
problem-mask = ceci remplace une clé enregistrée, et aucune clé n'est enregistrée pour cet endroit
problem-cidr = { $kind ->
    [empty] { $text } : vide
    [address] { $text } : pas une adresse IPv4 ou IPv6
    [prefix] { $text } : la longueur du préfixe n'est pas un nombre
    [netmask] { $text } : un masque de réseau n'est pas une longueur de préfixe
    [prefix_too_long] { $text } : la longueur du préfixe dépasse { $maximum }
   *[other] { $text } : pas une adresse avec une longueur de préfixe
}
problem-empty-item = deux virgules de suite, ou une de trop à une extrémité
problem-endpoint = { $kind ->
    [empty] { $text } : vide
    [port_missing] { $text } : il manque le port
    [port] { $text } : le port n'est pas un nombre de 1 à 65535
    [bracket] { $text } : il manque le crochet fermant
    [ipv6] { $text } : pas une adresse IPv6
    [name_in_brackets] { $text } : les crochets sont pour les adresses IPv6, pas pour les noms
    [ipv4] { $text } : pas une adresse IPv4
    [name_empty] { $text } : pas un nom d'hôte : il est vide
    [name_too_long] { $text } : pas un nom d'hôte : il a plus de 253 caractères
    [name_label] { $text } : pas un nom d'hôte : une partie entre deux points est vide, a plus de 63 caractères, ou commence ou finit par `-`
    [name_not_ascii] { $text } : pas un nom d'hôte : il a des lettres hors d'ASCII ; écrire sa forme xn--
    [name_character] { $text } : pas un nom d'hôte : le caractère '{ $character }' ne peut pas s'y trouver
    [zone] { $text } : pas une interface après `%`
    [prefix] { $text } : un point de terminaison n'a pas de longueur de préfixe
    [url] { $text } : une URL n'est pas un point de terminaison
   *[other] { $text } : pas un point de terminaison
}
problem-no-first-endpoint = d'autres Endpoint pour un pair sans premier Endpoint, qu'utiliseraient les autres programmes
problem-too-many-endpoints = plus de 16 Endpoint pour un pair
problem-brackets = une adresse IPv6 sans crochets ; le dernier nombre est pris pour le port
problem-number = { $kind ->
    [not_a_number] { $text } n'est pas un nombre
    [range] { $text } n'est pas entre { $minimum } et { $maximum }
   *[other] { $text } n'est pas possible ici
}
problem-table = { $kind ->
    [word] { $text } : ni `auto`, ni `off`, ni un nombre
    [range] { $text } : une table de routage est un nombre de 1 à 4294967295
   *[other] { $text } : pas une table de routage
}
problem-boolean = { $text } n'est ni `true` ni `false`
problem-dns-server = { $text } n'est pas une adresse IP
problem-search-domain = { $kind ->
    [name_empty] { $text } n'est pas un domaine de recherche : il est vide
    [name_too_long] { $text } n'est pas un domaine de recherche : il a plus de 253 caractères
    [name_label] { $text } n'est pas un domaine de recherche : une partie entre deux points est vide, a plus de 63 caractères, ou commence ou finit par `-`
    [name_not_ascii] { $text } n'est pas un domaine de recherche : il a des lettres hors d'ASCII ; écrire sa forme xn--
    [name_character] { $text } n'est pas un domaine de recherche : le caractère '{ $character }' ne peut pas s'y trouver
   *[other] { $text } n'est pas un domaine de recherche
}
problem-hook = { $kind ->
    [empty] vide
    [control] le caractère de contrôle '{ $character }' ne peut pas se trouver dans une commande
   *[other] ce n'est pas une commande
}
problem-hash-in-hook = `#` fait partie de cette commande, mais wg-quick y terminerait la commande
problem-missing-private-key = une interface doit avoir une clé privée
problem-private-key-from-hook = l'interface n'a pas de PrivateKey tant qu'une commande ne l'a pas posée
problem-missing-public-key = tout pair doit avoir une clé publique, et celui-ci n'en a pas
problem-private-key-published = c'est la clé privée de l'interface, que personne d'autre ne doit connaître
problem-own-peer = c'est la clé de l'interface elle-même ; WireGuard ignore un tel pair
problem-zero-preshared-key = une clé de zéros revient à n'en avoir aucune
problem-repeated-peer = le même pair qu'à la ligne { $first } ; comme avec wg, les réglages d'ici l'emportent sur les précédents, et les AllowedIPs d'ici remplacent les précédentes
problem-host-bits = des bits d'hôte sont posés ; c'est lu comme { $value }
problem-no-prefix = pas de longueur de préfixe ; c'est lu comme { $value }
problem-allowed-ip-moved = { $network } appartient aussi au pair de la ligne { $first } ; celui-ci, qui vient après, l'obtient
problem-allowed-ip-repeated = { $network } est donné deux fois
problem-incremental = `+` et `-` demandent wg 1.0.20250521 ou plus récent ; les plus anciens refusent le fichier
problem-nothing-to-remove = { $network } n'est pas dans la liste, il n'y a donc rien à retirer
problem-too-many-allowed-ips = plus de 200 000 entrées dans AllowedIPs
problem-only-ipv4-default = tout IPv4 passe par le tunnel, mais pas IPv6
problem-only-ipv6-default = tout IPv6 passe par le tunnel, mais pas IPv4
problem-default-beside-others = { $others ->
    [one] ce pair reçoit tout ce pour quoi l'autre pair n'a pas de réseau plus étroit
   *[other] ce pair reçoit tout ce pour quoi les { $others } autres pairs n'ont pas de réseau plus étroit
}
problem-unreachable = aucun pair n'a d'Endpoint, et sans ListenPort aucun ne peut trouver ce côté
problem-search-without-server = des domaines de recherche sans serveur, ils ne sont donc pas réglés (comme avec wg-quick)
problem-small-mtu = en dessous de 576 octets, beaucoup de programmes échouent
problem-mtu-too-small-for-ipv6 = IPv6 demande au moins 1280 octets ; le système le désactivera sur cette interface
problem-shared-private-key = le tunnel { $tunnel } a aussi cette clé, et un pair commun aux deux les prend pour un seul

advice-add-sections = une configuration a une section [Interface] et une section [Peer] par pair
advice-use-openvpn = OpenVPN demande son propre client ; demander au fournisseur une configuration WireGuard
advice-use-ipsec = IPsec demande un autre client ; demander au fournisseur une configuration WireGuard
advice-unpack = le décompresser d'abord
advice-download-file = télécharger le fichier lui-même, pas la page qui l'entoure
advice-ask-for-file = les programmes ne s'accordent pas sur ces liens ; demander la configuration sous forme de fichier .conf ou de code QR
advice-follow-link = télécharger le fichier derrière ce lien, ou donner le lien lui-même à `adit import`
advice-add-section = mettre [Interface] ou [Peer] au-dessus
advice-add-equals = écrire NOM = VALEUR, ou commencer la ligne par `#` pour en faire un commentaire
advice-begin-comment = commencer le commentaire par `#`
advice-suggest-section = vouliez-vous dire { $suggestion } ?
advice-choose-section = les sections sont [Interface] et [Peer]
advice-remove-spaces = retirer les espaces
advice-suggest-key = vouliez-vous dire { $suggestion } (dans { $section }) ?
advice-name-key = écrire PrivateKey =, PublicKey = ou PresharedKey = devant
advice-move-key = il va dans { $section }
advice-remove-line = retirer la ligne ; seul AllowedIPs choisit le trafic du tunnel
advice-ask-for-plain-configuration = demander au fournisseur une configuration WireGuard ordinaire
advice-add-value = donner une valeur, ou retirer la ligne
advice-remove-one = retirer l'un des deux
advice-save-line-ends = enregistrer le fichier avec les fins de ligne d'Unix ou de Windows
advice-add-padding = ajouter le `=`
advice-replace-url-safe = écrire `+` pour `-` et `/` pour `_`
advice-write-base64 = l'écrire en base64
advice-make-key = en créer une avec `adit genkey`
advice-copy-private-key = copier la clé entière : 44 caractères, le dernier est `=` ; `adit genkey` en crée une
advice-copy-preshared-key = copier la clé entière : 44 caractères, le dernier est `=` ; `adit genpsk` en crée une
advice-copy-key = copier la clé entière : 44 caractères, le dernier est `=`
advice-write-masked-key = écrire la clé elle-même, ou remettre la ligne à sa place
advice-write-prefix = écrire /{ $prefix }
advice-write-shorter-prefix = écrire une longueur de préfixe de 0 à { $maximum }
advice-write-address = l'écrire comme 10.0.0.2/32 ou fd00::2/128
advice-write-network = l'écrire comme 10.0.0.0/24, 0.0.0.0/0 ou fd00::/64
advice-remove-comma = retirer la virgule
advice-add-port = ajouter un port, comme dans vpn.example.org:51820 ou [2001:db8::1]:51820
advice-remove-prefix = retirer le `/` et le nombre qui le suit
advice-write-port = écrire le port comme un nombre de 1 à 65535
advice-remove-brackets = écrire le nom sans crochets, comme dans vpn.example.org:51820
advice-write-first-endpoint = écrire le premier sous la forme Endpoint = hôte:port
advice-close-bracket = fermer le crochet, comme dans [2001:db8::1]:51820
advice-write-ipv6-endpoint = l'écrire comme [2001:db8::1]:51820 ou [fe80::1%eth0]:51820
advice-write-ascii-name = écrire le nom sous sa forme xn--
advice-write-endpoint = l'écrire comme vpn.example.org:51820 ou 192.0.2.1:51820
advice-write-value = écrire { $value }
advice-write-comment = les commentaires commencent par `#`
advice-write-listen-port = écrire un nombre de 0 à 65535 ; avec 0, le système choisit
advice-write-fwmark = écrire `off`, un nombre, ou 0x et des chiffres hexadécimaux ; 32 bits au plus
advice-write-mtu = écrire un nombre de 68 à 65535, ou laisser la ligne de côté pour que la valeur soit trouvée
advice-write-keepalive = écrire `off` ou des secondes de 1 à 65535
advice-write-table = écrire `auto`, `off`, ou un nombre de 1 à 4294967295
advice-write-boolean = écrire `true` ou `false`
advice-remove-dns-port = écrire { $value } : un résolveur est toujours interrogé sur le port 53
advice-write-plain-dns-server = DNS sur HTTPS ou TLS ne peut pas être réglé ici ; écrire l'adresse d'un serveur, comme 10.0.0.53
advice-write-dns-server = écrire une adresse comme 10.0.0.53, sans port ni longueur de préfixe
advice-write-search-domain = écrire un domaine comme corp.example : des lettres, des chiffres, `-` et `_`, séparés par des points
advice-add-private-key = ajouter PrivateKey = …, créée par `adit genkey`
advice-add-public-key = ajouter PublicKey = … ; demander cette clé à l'administrateur du pair
advice-replace-private-key = mettre ici la clé publique de l'autre côté ; si ce fichier a été transmis, créer une nouvelle clé privée
advice-add-ipv6-default = ajouter ::/0, sauf si c'est voulu
advice-add-ipv4-default = ajouter 0.0.0.0/0, sauf si c'est voulu
advice-add-endpoint = ajouter un Endpoint à un pair, ou un ListenPort ici
advice-add-dns-server = ajouter l'adresse d'un serveur DNS
advice-move-comment = si c'est un commentaire, le mettre sur sa propre ligne
advice-make-own-key = donner à chaque tunnel et à chaque appareil sa propre clé


## Fichiers qui ne peuvent pas devenir un tunnel

refusal-unknown = cela ne peut pas devenir un tunnel ({ $code })
refusal-too-large = le fichier a { $bytes } octets ; une configuration a au plus 1 Mio
refusal-utf16 = le texte est en UTF-16 ; l'enregistrer en UTF-8
refusal-nul = ligne { $line }, colonne { $column } : un octet NUL ne peut pas se trouver dans une configuration
refusal-not-utf8 = ligne { $line }, colonne { $column } : pas de l'UTF-8 (peut-être Latin-1 ou Windows-1252) ; enregistrer le fichier en UTF-8
refusal-foreign = { problem-foreign }
refusal-not-configuration = ce n'est pas une configuration WireGuard, qui aurait une section [Interface]
refusal-errors = ligne { $line }, colonne { $column } : { $key }{ $problem }{ $advice }{ $others ->
    [0] {""}
    [one] {" "}(et 1 autre constat)
   *[other] {" "}(et { $others } autres constats)
}
refusal-name = { $kind ->
    [empty] le nom d'un tunnel ne peut pas être vide
    [too_long] le nom d'un tunnel a au plus 64 caractères, celui-ci en a { $characters }
    [invisible] le caractère '{ $character }' est invisible, ou change l'aspect des autres ; le retirer
    [like_a_path] le nom d'un tunnel ne peut ni commencer par `-` ou `.`, ni contenir `/` ou `\`
    [space] le nom d'un tunnel ne peut ni commencer ni finir par une espace
   *[other] le nom du fichier ne donne aucun nom de tunnel
}
refusal-archive-too-large = l'archive a { $bytes } octets ; 16 Mio est le maximum accepté
refusal-archive-too-many-entries = l'archive a plus de 10 000 entrées ; la diviser
refusal-archive-damaged = l'archive est endommagée ou coupée ; la copier ou la télécharger de nouveau
refusal-archive-trailing = il y a d'autres données après l'archive ; la refaire
refusal-archive-overlapping = des entrées de l'archive se chevauchent, ce qu'aucun programme honnête n'écrit ; la refaire
refusal-archive-unpacked = l'archive décompressée dépasse 64 Mio ; la diviser
refusal-archive-missing = c'est compressé, et il n'y a pas d'archive tar dedans ; le décompresser d'abord
refusal-archive-empty = il n'y a aucun fichier dans l'archive
refusal-entry-path-too-long = le chemin de l'entrée a plus de 1 024 octets
refusal-entry-encrypted = l'entrée est chiffrée ; décompresser l'archive avec son mot de passe, et importer les fichiers
refusal-entry-not-a-file = l'entrée est un lien ou un périphérique, pas un fichier
refusal-entry-hidden = l'entrée est cachée : son nom commence par un point ; la renommer pour qu'elle soit importée
refusal-entry-same-name = une entrée précédente de l'archive a ce nom (les majuscules ne comptent pas) ; renommer l'une des deux
refusal-entry-nested = c'est une archive dans l'archive ; la décompresser d'abord
refusal-entry-method = l'entrée est compressée par une méthode inconnue ici ; refaire l'archive
refusal-entry-too-large = l'entrée décompressée dépasse 1 Mio, ce qu'aucune configuration n'atteint
refusal-entry-bomb = l'entrée décompressée fait plus de 100 fois sa taille, comme une bombe de décompression
refusal-entry-damaged = l'entrée est endommagée
refusal-picture-format = les images de ce type ne peuvent pas être lues ; l'enregistrer en PNG, JPEG ou WebP
refusal-picture-too-large = l'image a { $bytes } octets ; 10 Mio est le maximum accepté : découper le code QR
refusal-picture-too-many-pixels = l'image a { $width } x { $height } pixels, c'est trop ; découper le code QR
refusal-picture-damaged = l'image est endommagée ou coupée ; la copier ou la télécharger de nouveau
refusal-picture-no-code = aucun code QR n'est visible dans l'image ; il doit être net, droit et entouré d'une marge blanche
refusal-picture-unreadable = le code QR est illisible ; en prendre une image plus nette, bien en face
refusal-picture-too-confusing = l'image est trop confuse pour y chercher un code QR ; découper le code, avec une marge blanche
refusal-not-base64 = les octets du fichier ne sont pas en base64
refusal-pictures-too-many-pixels = les images ont ensemble plus de 160 mégapixels ; en importer moins à la fois
refusal-files-too-large = les fichiers contiennent plus de 64 Mio de configurations ; en importer moins à la fois
refusal-files-too-many = il y a plus de 1 000 fichiers, ou plus de 32 Mio ; le reste est laissé de côté, l'importer séparément
refusal-file-too-large = le fichier dépasse 16 Mio, le maximum accepté
refusal-file-unreadable = le fichier est absent, n'est pas un fichier ou ne peut pas être lu
refusal-folder-empty = il n'y a aucun fichier .conf dans ce dossier
refusal-folder-too-many-files = il y a plus de 10 000 fichiers .conf dans ce dossier ; les importer en plusieurs fois
refusal-folder-unreadable = le dossier ne peut pas être lu : { $why }


## Ce que fera l'allumage d'un tunnel

preview-interface = créerait l'interface { $interface } avec un MTU de { $mtu } ({ $source })
mtu-configured = selon la configuration
mtu-route = selon la route vers les pairs
mtu-assumed = supposé, faute de route vers les pairs
preview-label-address = adresse
preview-label-port = écoute
preview-port = port UDP { $port }
preview-label-peer = pair
preview-peer = { $name } à { $endpoint }
preview-peer-found = { $name } à { $endpoint }, soit { $address }
preview-peer-not-found = { $name } à { $endpoint }, inconnu en ce moment
preview-peer-waits = { $name }, qui doit commencer
preview-more-peers = et { $count ->
    [one] un autre pair
   *[other] { $count } autres pairs
}
preview-more-effects = et { $count ->
    [one] un autre changement
   *[other] { $count } autres changements
}
effect-label-route = route
effect-route = { $network } ({ $detail })
effect-takes-all-ipv4 = tout IPv4{ $except } ({ $detail })
effect-takes-all-ipv6 = tout IPv6{ $except } ({ $detail })
effect-except = , sauf vers { $networks }
effect-private-networks = les réseaux privés d'ici
effect-endpoints-outside = { $networks }, paquets chiffrés exceptés ({ $detail })
effect-label-dns = DNS
effect-dns = { $servers } ({ $by })
effect-dns-only = { $servers } pour les seuls noms de { $domains } ({ $by })
effect-dns-by = par { $detail }
effect-dns-impossible = RIEN ici ne peut le régler, le tunnel ne s'allumera donc pas
effect-label-search = recherche
effect-label-firewall = pare-feu
effect-addresses-guarded = rejette ce qui arrive pour les adresses du tunnel par d'autres interfaces
effect-answers-accepted = laisse passer les réponses des pairs par le filtrage strict du chemin inverse
effect-kill-switch = ne laisse rien sortir qui ne passe pas par le tunnel
effect-label-runs = exécute
effect-label-not-run = ignore
effect-command-hidden = (masqué ; à voir avec sudo)


## Avertissements sur un tunnel

warning-ipv6-outside = IPv6 passe À CÔTÉ de ce tunnel, parce que c'est permis (ou que cet ordinateur n'a pas d'IPv6) ; AllowedIPs a 0.0.0.0/0 mais pas ::/0
warning-ipv6-closed = IPv6 est fermé tant que le tunnel est allumé : AllowedIPs a 0.0.0.0/0 mais pas ::/0
    .advice = Ajouter ::/0 pour envoyer IPv6 par le tunnel, ou le laisser passer à côté
    .command = Ajouter ::/0 pour envoyer IPv6 par le tunnel, ou le laisser passer à côté avec : sudo adit ipv6 { $argument } allow
    .option = Ajouter ::/0 pour envoyer IPv6 par le tunnel, ou le laisser passer à côté avec : --allow-ipv6
warning-ipv4-outside = IPv4 passe À CÔTÉ de ce tunnel : AllowedIPs a ::/0 mais pas 0.0.0.0/0
    .advice = Ajouter 0.0.0.0/0 pour l'y envoyer
warning-no-firewall = nft n'est pas installé : les paquets pour les adresses du tunnel sont donc acceptés depuis d'autres interfaces, et le filtrage strict du chemin inverse rejette les réponses des pairs
    .advice = installer nftables
warning-hooks-not-approved = les commandes ne sont pas approuvées, le tunnel ne s'allumera donc pas
    .advice = les lire et les approuver
    .command = les lire avec : adit approve { $argument }
warning-hooks-in-sh = bash n'est pas installé, les commandes s'exécutent donc dans sh : ce que seul bash comprend, comme <(...) et [[ ... ]], échoue
    .advice = installer bash
warning-search-without-server = DNS a des domaines de recherche ({ $domains }) mais pas de serveur, ils ne sont donc pas réglés (comme avec wg-quick)
warning-split-dns-left-out = cet ordinateur ne peut pas interroger les serveurs DNS du tunnel pour { $domains } seulement, il les interroge donc pour TOUS les noms
    .advice = systemd-resolved le peut, et openresolv avec dnsmasq ou unbound
warning-mtu-too-large = MTU = { $mtu } est trop grand pour le chemin vers le pair : les paquets de cette taille se perdent
    .advice = Écrire MTU = { $fits }, ou retirer la ligne
warning-ipv6-left-out = le tunnel n'a pas d'IPv6 ici et s'allume avec IPv4 seul, parce que { $because }
warning-unresolved = l'adresse de { $host } est introuvable en ce moment ; elle sera cherchée de nouveau
warning-not-looked-up = l'adresse de { $host } n'est pas cherchée pour les utilisateurs qui peuvent seulement regarder
warning-file-readable-by-others = d'autres peuvent lire { $path }, qui contient des clés
    .advice = ne laisser lire que son propriétaire
    .command = y remédier avec : chmod 600 { $path }


## Pourquoi les paquets prennent une route

route-narrowest = { $network } est le réseau le plus étroit qui la contient
route-takes-all = le tunnel prend tout ({ $detail })
route-private-network = { $network } est un réseau local, et reste dehors tant qu'un tunnel prend tout le reste
route-own-address = c'est cet ordinateur lui-même
route-no-tunnel = aucun tunnel allumé ne la contient
route-through = { $ip } passe par { $tunnel } vers son pair { $peer } : { $why }
route-outside = { $ip } passe à côté de tous les tunnels : { $why }
route-outside-over = { $ip } passe à côté de tous les tunnels, par { $interface } : { $why }
route-no-peer = { $ip } entre dans { $tunnel } et y est rejetée : aucun pair ne l'a dans ses AllowedIPs
route-other = pourrait passer par { $tunnel } vers son pair { $peer }, qui a { $network }


## Ce que les listes et `adit status` montrent d'un tunnel

status-label-addresses = Adresses
status-label-also-tries = Essaie aussi
status-label-at-start = Au démarrage
status-label-commands = Commandes
status-label-conflict = En conflit
status-label-differs = Écart
status-label-file = Fichier
status-label-handshake = Poignée de main
status-label-ipv6 = IPv6
status-label-key = Clé
status-label-lan = LAN
status-label-namespace = Espace de noms
status-label-note = Remarque
status-label-port = Port UDP
status-label-preshared-key = Clé partagée
status-label-private-key = Clé privée
status-label-problem = Problème
status-label-rate = Débit
status-label-received = Reçus
status-label-reminder = Rappel
status-label-retry = Nouvel essai
status-label-routing-loop = Boucle de routage
status-label-sent = Envoyés
status-label-since = Depuis
status-label-state = État
status-label-up = Allumé
status-label-warning = Avertissement
status-label-why = Raison

status-no-tunnels = Il n'y a pas de tunnels
    .command = en importer avec : adit import FICHIER
status-key-age = au moins { $span }
status-key-age-old = au moins { $span }, il est temps d'en changer
status-key-asked = demandée à chaque démarrage ; le service ne la garde pas
status-new-key = { $key } attend, créée { $ago }
status-starts-at-boot = s'allume avec l'ordinateur
status-stays-off = reste éteint
status-lan-allowed = autorisé
status-lan-blocked = bloqué
status-ipv6-outside = peut passer à côté du tunnel s'il prend tout IPv4 et rien d'IPv6
status-reminder = quand une clé a { $days ->
    [one] { $days } jour
   *[other] { $days } jours
}
status-hooks-approved = approuvées
status-hooks-not-approved = non approuvées
    .command = les lire et les approuver avec : adit approve { $argument }
status-unusable = la configuration a des erreurs
    .command = les voir avec : adit edit { $argument }
status-retry-in = dans { $span }
status-no-retry = pas automatiquement
status-up-for = depuis { $span }
status-other-namespace = l'interface est passée dans un autre espace de noms réseau ; les paquets chiffrés sortent de celui-ci
status-data-path = { $queues ->
    [one] { $queues } file
   *[other] { $queues } files
} ; délestages : { $offloads }
status-data-path-plain = { $queues ->
    [one] { $queues } file
   *[other] { $queues } files
}, sans délestage
status-offload-tun-tcp = segments TCP
status-offload-tun-udp = segments UDP
status-offload-send = envoi groupé
status-offload-receive = réception groupée
status-routing-loops = { $count ->
    [one] { $count } paquet chiffré est revenu dans le tunnel et a été rejeté
   *[other] { $count } paquets chiffrés sont revenus dans le tunnel et ont été rejetés
} : la route vers le point de terminaison d'un pair passe par le tunnel
    .command = Retirez la route ou la règle qui l'y envoie ; la voir avec : ip route get POINT_DE_TERMINAISON
status-differs = le tunnel qui tourne diffère de sa configuration enregistrée
    .command = appliquer la configuration avec : adit reload { $argument }
status-peer-from-outside = n'est pas dans la configuration ; un autre programme l'a ajouté
status-endpoint-none = aucun ; attend que le pair commence
status-endpoint-resolved = { $endpoint }, soit { $address }
status-endpoint-moved = { $address }, a changé (configuré : { $endpoint })
status-more-networks = et { $count } de plus
status-preshared-key-set = définie
status-keepalive = toutes les { $seconds } s
status-more-peers = { $count ->
    [one] { $count } autre pair
   *[other] { $count } autres pairs
}
    .command = les voir tous avec : adit status --all-peers { $argument }


## Versions d'une configuration, et une nouvelle clé

version-line = { $ago }, { $origin }
version-line-current = { $ago }, { $origin } (actuelle)
version-imported = importée
version-edited = modifiée
version-restored = de nouveau la version { $version }
version-rotated = nouvelle clé
version-saved = enregistrée de ce qui tournait

rotation-answered = { $peer } : connaît la nouvelle clé
rotation-silent = { $peer } : ne répond pas à la nouvelle clé
rotation-not-asked = { $peer } : n'a pas de point de terminaison et n'a pas pu être interrogé


## Événements

event-added = { $tunnel } est nouveau
event-changed = { $tunnel } : { $state }
event-removed = { $tunnel } est supprimé
event-traffic = { $tunnel } : { $traffic }
event-key-old = { $tunnel } : sa clé est ancienne ; donnez-lui-en une nouvelle
event-preshared-key-old = { $tunnel } : sa clé partagée avec { $peer } est ancienne ; donnez-en une nouvelle aux deux

## On-demand rules
error-no-such-rule = il n'y a pas de règle { $number }
error-network-none = l'ordinateur n'est maintenant dans aucun réseau qu'une règle pourrait reconnaître
error-network-nothing-known = on ne sait rien de ce réseau qui le distingue d'autres
error-network-gateway-unknown = la passerelle de ce réseau Wi-Fi n'a pas encore répondu, et son nom seul ne prouve rien ; réessayez dans un instant
event-rules-changed = les règles, ou les réseaux qu'elles regardent, ont changé
log-rules-set = { $by } a remplacé les règles (révision { $revision })
log-rules-broken = les règles enregistrées sont inutilisables, les plus protectrices s’appliquent donc : { $error }
log-rules-acted = { $source }, dans { $networks } : { $action } ; coupe-circuit : { $switch }
log-rule-not-carried-out = ce que veulent les règles n'a pas pu être fait : { $error }
log-choice-on = allumé à la main ; les règles le respectent jusqu'au prochain réseau
log-choice-off = éteint à la main ; les règles le respectent jusqu'au prochain réseau
log-choice-ended = les règles décident de nouveau
log-rules-paused = les règles sont en pause jusqu'au prochain réseau
log-rules-paused-for = les règles sont en pause pendant { $span }
log-rules-resumed = la pause des règles est terminée
log-auto-off-reached = s'éteint parce que son temps est écoulé
log-next-endpoint-tried = le serveur ne répond pas, son adresse suivante est donc essayée
log-endpoint-chosen = le tunnel utilise maintenant cet Endpoint : { $endpoint }
log-routing-changed = transporte maintenant d'autres réseaux, avec la même session
log-networks-unknown = les réseaux ne peuvent pas être observés, la conséquence la plus protectrice des règles s’applique donc : { $error }
rules-none = il n'y a pas de règles
rules-source-rule = règle { $number }
rules-source-named = règle { $number } ({ $name })
rules-reason = règle { $number } : { $what }
rules-reason-otherwise = le choix par défaut, car aucune règle ne correspond
rules-source-otherwise = le choix par défaut
rules-source-fail-secure = les règles n'ont pas de choix par défaut, donc ce qui protège le plus
rules-up = allumé : { $tunnels }
rules-down = aucun tunnel des règles n'est allumé
rules-leave = tous les tunnels restent comme ils sont
rules-with-mode = { $tunnel } ({ $mode })
rules-mode-everything = tout
rules-mode-except-lan = tout sauf ce LAN
rules-mode-private = plages privées
rules-mode-only = seulement { $networks }
rules-kill-switch-off = éteint
rules-kill-switch-when-untrusted = seulement si non fiable
rules-kill-switch-always = toujours
rules-as-tunnel = selon chaque tunnel
rules-switch-open = ouvert
rules-switch-closed = fermé
rules-verdict-matched = correspond
rules-verdict-not-matched = ne correspond pas
rules-verdict-unknown = inconnu
rules-seen-no-facts = on ne sait rien des réseaux
rules-seen-no-network = dans aucun réseau
rules-seen-network = dans un réseau
rules-seen-nothing = aucun
rules-no-known-network = aucun réseau connu
rules-seen-yes = oui
rules-seen-no = non
rules-seen-home-not-asked = personne n'a encore demandé
rules-seen-home-no-answer = personne n'a répondu
rules-uncertain = tous les faits ne sont pas connus, la possibilité la plus protectrice s’applique donc
rules-missing = ces tunnels n'existent pas : { $tunnels }
rules-decided = { $source } : { $action } ; coupe-circuit : { $switch }
rules-pending = dans { $span } : { $action } ; coupe-circuit : { $switch }
rules-choice-on = { $tunnel } a été allumé à la main ; les règles décident de nouveau au prochain réseau
rules-choice-off = { $tunnel } a été éteint à la main ; les règles décident de nouveau au prochain réseau
rules-at-the-latest = { $line } (au plus tard dans { $span })
rules-auto-off = { $tunnel } s'éteint dans { $span }
rules-failing = le serveur de { $tunnel } ne répond pas
rules-broken = les règles enregistrées sont illisibles, les plus protectrices s’appliquent donc ; remplacez-les
problem-rule-unknown-statement = { $text } ne commence ni règle ni réglage
problem-rule-expected = { $kind ->
    [condition] une condition
    [and_or_then] `and` / `then`
    [action] `up`, `down` / `leave`
    [tunnel_name] le nom d'un tunnel
    [kill_switch] `kill switch`
    [kill_switch_setting] `always`, `only when untrusted` / `off`
    [wifi_name] le nom d'un réseau Wi-Fi entre guillemets droits
    [mac] une adresse matérielle
    [network] un réseau
    [suffix] un suffixe DNS
    [public_key] une clé publique
    [window] une plage horaire
    [seconds] une durée
    [step] `next endpoint`, `up` / `down`
    [when] `when`
   *[word] `{ $word }`
} est attendu ici, { $found ->
    [end] et la ligne finit
   *[other] pas { $text }
}
problem-rule-leftover = la règle est complète, et { $text } est de trop
problem-rule-unknown-condition = il n'existe pas de condition { $text }
problem-rule-unclosed = le second guillemet manque
problem-rule-typographic-quote = { $character } n'est pas le guillemet de ce langage
problem-rule-escape = dans un nom, une barre oblique inverse précède `\`, `"`, ou `x` et deux chiffres hexadécimaux
problem-rule-pattern = { $kind ->
    [empty] un motif ne peut pas être vide ; `*` vaut pour tout nom
    [escape] après une barre oblique inverse peuvent venir `*`, `?`, `!`, `"`, `\` ou `x` et deux chiffres hexadécimaux
   *[too_long] un nom de Wi-Fi a au plus 32 octets, et celui-ci en demande { $bytes }
}
problem-rule-mac = { $text } n'est pas une adresse matérielle
problem-rule-host-bits = c'est l'adresse d'un hôte, pas un réseau
problem-rule-suffix = { $text } n'est pas un suffixe DNS
problem-rule-public-key = ce n'est pas une clé publique
problem-rule-window = { $kind ->
    [time] { $text } : une heure est entre 00:00 et 24:00
    [empty] { $text } : la plage commence et finit à la même heure
   *[form] { $text } n'est pas une plage horaire
}
problem-rule-seconds = { $kind ->
    [range] { $text } : une durée va de 5 s à 168 h
   *[form] { $text } n'est pas une durée
}
problem-rule-name = { $kind ->
    [empty] un nom ne peut pas être vide
    [too_long] un nom a au plus 64 caractères, celui-ci en a { $characters }
    [invisible] le caractère { $character } est invisible, ou change l'aspect d'autres
   *[space] un nom ne peut ni commencer ni finir par une espace
}
problem-rule-repeated = c'est dit pour la seconde fois (d'abord à la ligne { $first })
problem-rule-after-otherwise = cette règle n'est jamais atteinte : `otherwise` à la ligne { $first } vaut partout
problem-rule-label = seules les règles ont un nom
problem-rule-too-many = il y a d'autres erreurs, qui ne sont pas montrées
problem-rule-name-alone = cette règle fait confiance à un réseau Wi-Fi sur son seul nom, que n'importe qui peut prendre
problem-rule-any-network = cette règle fait confiance à des réseaux qu'elle ne connaît pas
problem-rule-relaxes-on-open = cette règle protège moins sur un Wi-Fi sans mot de passe
problem-rule-never-reached = cette règle n'est jamais atteinte : celle de la ligne { $first } correspond partout où celle-ci le fait
problem-rule-never-matches = les conditions s'excluent, cette règle ne correspond donc jamais
problem-rule-tunnel-unknown = il n'y a pas de tunnel { $tunnel }
problem-rule-no-default = les règles ne disent pas ce qui vaut si aucune ne correspond, et aucun tunnel ne pourrait être allumé à la place
advice-rule-did-you-mean = vouliez-vous dire `{ $suggestion }` ?
advice-rule-begin-line = une ligne commence par `when`, `otherwise`, `kill switch`, `without answer`, `manual choice`
advice-rule-choose-condition = les conditions sont `wifi`, `wifi "NAME"`, `wifi open`, `ethernet`, `cellular`, `other network`, `bssid`, `gateway`, `subnet`, `dns suffix`, `metered`, `time`, `other vpn`, `home probe`, `no network`, chacune aussi après `not`
advice-rule-expected = écrire par exemple `when wifi "Home" and gateway aa:bb:cc:dd:ee:ff then down`
advice-rule-join = relier les conditions par `and`, et écrire `, kill switch …` à la fin
advice-rule-quote = écrire `"` avant et après le nom
advice-rule-double-backslash = écrire `\\` pour une barre oblique inverse
advice-rule-write-mac = écrire six paires de chiffres hexadécimaux, comme `aa:bb:cc:dd:ee:ff`
advice-rule-write-suffix = écrire un domaine, comme `corp.example`
advice-rule-write-public-key = écrire 44 caractères de base64, le dernier `=`
advice-rule-write-window = écrire des jours, comme `mon-fri`, des heures, comme `22:00-06:00`, ou les deux
advice-rule-write-seconds = écrire un nombre et une unité, comme `30 s`, `5 min` ou `2 h`
advice-rule-move-up = la déplacer au-dessus de cette ligne
advice-rule-remove-label = retirer le nom et ses deux-points
advice-rule-add-proof = ajouter l'adresse matérielle de la passerelle, ou la sonde du domicile
advice-rule-add-default = écrire ce qui vaut alors : `otherwise up TUNNEL`


## Tunnels de wg-quick

takeover-off = éteint
takeover-off-boots = éteint, et { $service } s'allume avec l'ordinateur
takeover-up = allumé, par wg-quick
takeover-up-boots = allumé, par wg-quick, et { $service } s'allume avec l'ordinateur
takeover-by-service = allumé, par { $service }
takeover-by-service-boots = allumé, par { $service }, qui s'allume avec l'ordinateur


## Ce que montrent deux rapports sur un tunnel

finding-same-key = les deux bouts ont la même clé publique : ce sont deux rapports d'un même bout, ou les deux utilisent la même clé privée, alors que chacun a besoin de la sienne
finding-not-up = { $end ->
    [here] ce bout
   *[there] l'autre bout
} n'est pas allumé
finding-no-key = { $end ->
    [here] ce bout
   *[there] l'autre bout
} n'a pas de clé privée à lui dans sa configuration
finding-unknown-key = { $end ->
    [here] ce bout ne connaît pas la clé publique de l'autre bout
   *[there] l'autre bout ne connaît pas la clé publique de ce bout
} (il a { $keys }) ; son [Peer] a besoin de : PublicKey = { $key }
finding-unknown-key-no-peer = { $end ->
    [here] ce bout ne connaît pas la clé publique de l'autre bout
   *[there] l'autre bout ne connaît pas la clé publique de ce bout
} (il n'a aucun pair) ; son [Peer] a besoin de : PublicKey = { $key }
finding-preshared-key-on-one-end = { $end ->
    [here] ce bout a une clé partagée et l'autre n'en a pas
   *[there] l'autre bout a une clé partagée et celui-ci n'en a pas
} : il faut la même aux deux, ou aucune
finding-same-address = les deux bouts ont l'adresse { $addresses } dans le tunnel ; chacun a besoin de la sienne
finding-no-endpoint = aucun bout ne sait où est l'autre, si bien qu'aucun ne peut commencer : l'un a besoin d'un Endpoint, et l'autre d'un ListenPort joignable de l'extérieur (un routeur devant lui doit transférer ce port UDP). Si les deux sont derrière des routeurs que personne ne peut régler, comme avec des adresses de 100.64.0.0/10, un troisième ordinateur que les deux joignent doit porter les paquets
finding-preshared-keys-differ = les poignées de main arrivent et ne s'authentifient pas, et les clés publiques conviennent : les clés partagées ne sont sans doute pas les mêmes ; créez-en une avec adit genpsk et mettez-la aux deux bouts
finding-clocks = d'après les horloges des deux bouts, { $span } séparent les rapports : s'ils ont été faits en même temps, une des horloges est fausse
finding-mtu = la MTU est de { $here } ici et de { $there } là-bas ; si de gros paquets se perdent, mettez { $smaller } aux deux bouts
finding-address-not-allowed = { $from ->
    [here] l'autre bout rejette ce que ce bout envoie depuis son adresse
   *[there] ce bout rejette ce que l'autre bout envoie depuis son adresse
}, et n'y envoie rien : il manque aux AllowedIPs de ce pair { $addresses }
finding-stale-timestamp = { $from ->
    [here] l'autre bout refuse des poignées de main plus anciennes qu'une précédente : l'horloge de ce bout a sans doute été reculée ; mettez-la à l'heure, ou redémarrez le tunnel de l'autre bout
   *[there] ce bout refuse des poignées de main plus anciennes qu'une précédente : l'horloge de l'autre bout a sans doute été reculée ; mettez-la à l'heure, ou redémarrez le tunnel de ce bout
}
finding-port = { $from ->
    [here] ce bout envoie au port UDP { $port }, et l'autre bout écoute sur { $listens }
   *[there] l'autre bout envoie au port UDP { $port }, et ce bout écoute sur { $listens }
} : correct seulement si un routeur entre les deux transfère l'un vers l'autre
finding-keepalive = { $from ->
    [here] l'autre bout est derrière un routeur qui traduit les adresses (il est vu en { $endpoint } et écoute sur { $listens }) : si ce bout doit pouvoir commencer, mettez PersistentKeepalive = 25 à l'autre bout
   *[there] ce bout est derrière un routeur qui traduit les adresses (il est vu en { $endpoint } et écoute sur { $listens }) : si l'autre bout doit pouvoir commencer, mettez PersistentKeepalive = 25 à ce bout
}
finding-sent-to = { $sent } à { $endpoint }
finding-nothing-arrives = { $from ->
    [here] ce bout a envoyé { $sent }, et rien n'a atteint l'autre bout : cette adresse ou ce port n'est pas le bon, un pare-feu en chemin ne laisse pas passer UDP, ou un routeur devant l'autre bout ne transfère pas le port
   *[there] l'autre bout a envoyé { $sent }, et rien n'a atteint ce bout : cette adresse ou ce port n'est pas le bon, un pare-feu en chemin ne laisse pas passer UDP, ou un routeur devant ce bout ne transfère pas le port
}
finding-dropped = { $from ->
    [here] ce bout a envoyé { $sent }, et l'autre bout n'en a rien accepté, mais a rejeté des messages dans la dernière heure
   *[there] l'autre bout a envoyé { $sent }, et ce bout n'en a rien accepté, mais a rejeté des messages dans la dernière heure
} : { $reasons }
finding-drop-count = { $reason } { $count ->
    [one] une fois
   *[other] { $count } fois
}
finding-none = Les deux bouts vont ensemble, et les paquets passent dans les deux sens.
finding-none-else = Rien d'autre ne va mal entre les deux bouts.


## Lignes du journal

log-left-out = { $line } (et { $count } avant cela ne sont pas montrées)

log-daemon-started = le service Adit { $version } a démarré
log-daemon-ended = le service Adit s'est terminé
log-store-finding = { $file } n'est pas utilisé : { $what }
log-tunnel-broken = un tunnel est illisible : { $error }
log-file-unusable = { $file } est inutilisable : { $error }
log-file-gone = retiré, parce que son fichier { $file } a disparu

log-imported = importé
log-exported = remis, avec ses clés, à { $to }
log-removed = retiré
log-config-replaced = a une autre configuration, version { $version }
log-reloaded = tourne selon la version { $version } de sa configuration
log-saved = ce qui tournait a été écrit dans sa configuration, version { $version }
log-not-saved = ce qui tournait n'a pas pu être écrit dans sa configuration : { $error }
log-taken-over = repris de wg-quick
log-given-back = ne s'est pas allumé, et a été rendu à wg-quick : { $error }
log-not-given-back = n'a pas pu être rendu à wg-quick : { $error }

log-key-forgotten = sa clé privée n'est plus gardée, elle est demandée
log-key-old = sa clé a plus de { $days ->
    [one] { $days } jour
   *[other] { $days } jours
}
log-preshared-key-old = sa clé partagée avec { $peer } a plus de { $days ->
    [one] { $days } jour
   *[other] { $days } jours
}
log-rotation-begun = une nouvelle clé a été créée, et attend
log-rotation-finished = a sa nouvelle clé

log-hooks-approved = ses commandes ont été approuvées par { $by }
log-hooks-not-run = ses commandes ne sont pas exécutées
log-hooks-in-sh = bash n'est pas installé, ses commandes s'exécutent donc dans sh
log-command-runs = exécute une commande de la configuration

log-connecting = s'allume
log-restarting = redémarre
log-tried-again = nouvel essai
log-up = allumé
log-down = éteint
log-paused = en pause
log-not-up = n'a pas pu être allumé : { $error }
log-not-restored = n'a pas pu être rallumé : { $error }
log-not-kept = son état n'a pas pu être enregistré : { $error }
log-taking-back = annule : { $step }
log-not-taken-back = quelque chose n'a pas pu être annulé : { $error }
log-removed-from-outside = quelqu'un a retiré son interface
log-interface-moved = l'interface est passée dans un autre espace de noms réseau ; ses routes, serveurs DNS et filtre de paquets d'ici sont repris
log-interface-back = l'interface est revenue d'un autre espace de noms réseau ; tout est réglé de nouveau
log-leftovers-removed = retiré ce qu'une exécution précédente avait laissé : { $what }
log-leftovers-stay = ce qu'une exécution précédente avait laissé n'a pas pu être retiré : { $error }

undone-pre-up = PreUp
undone-interface = l'interface
undone-engine = WireGuard
undone-firewall = le filtre de paquets
undone-routes = les routes
undone-dns = les serveurs DNS
undone-post-up = PostUp

log-search-without-server = DNS a des domaines de recherche ({ $domains }) mais pas de serveur, ils ne sont donc pas réglés
log-split-dns-left-out = cet ordinateur ne peut pas interroger les serveurs DNS du tunnel pour { $domains } seulement, il les interroge donc pour tous les noms
log-ipv6-left-out = n'a pas d'IPv6 ici et s'allume avec IPv4 seul, parce que { $because }
log-ipv6-outside = IPv6 passe à côté du tunnel : AllowedIPs a 0.0.0.0/0 mais pas ::/0
log-ipv6-closed = IPv6 est fermé tant que le tunnel est allumé : AllowedIPs a 0.0.0.0/0 mais pas ::/0
log-mtu-too-large = son MTU de { $mtu } est trop grand pour le chemin vers le pair, où { $fits } passent
log-no-firewall = nft n'est pas installé, rien ne protège donc les adresses du tunnel

log-resolving = cherche { $name }
log-resolver-not-ready = { $endpoint } : { $error } ; nouvel essai dans { $span }
log-endpoint-moved = le nom du pair { $peer } a maintenant une autre adresse : { $endpoint }
log-endpoint-unknown = le nom du pair { $peer } n'a pas pu être retrouvé : { $error }

log-handshake-sent = demande une poignée de main au pair { $peer }
log-handshake-sent-again = pas de réponse ; redemande une poignée de main au pair { $peer } (essai { $attempt })
log-handshake-answered = le pair { $peer } a répondu : il y a une nouvelle session
log-handshake-asked-for = le pair { $peer } a demandé une poignée de main : il y a une nouvelle session
log-handshake-given-up = le pair { $peer } n'a pas répondu pendant 90 s ; le prochain paquet pour lui redemande
log-handshake-dropped = un message de { $from } est rejeté : { $reason }
log-cookie-received = le pair { $peer } est chargé et demande de réessayer avec un cookie
log-peer-silent = le pair { $peer } n'a pas répondu pendant 15 s
log-peer-moved = le pair { $peer } s'entend maintenant depuis { $endpoint }
log-no-answer = le pair { $peer } n'a pas répondu pendant { $span } ; le tunnel n'y transporte rien
log-answers-again = le pair { $peer } répond de nouveau, après { $span }

dropped-message-type = ce n'est pas un message WireGuard
dropped-message-length = aucun message WireGuard n'a cette longueur
dropped-mac1 = il n'est pas fait pour la clé publique de ce côté (mac1 faux) : l'autre côté a une autre clé publique pour celui-ci
dropped-cookie-required = ce côté est chargé et a demandé à l'expéditeur de réessayer avec un cookie
dropped-rate-limited = ce côté est chargé, et a reçu trop de poignées de main de cette adresse
dropped-no-private-key = ce côté n'a pas de clé privée
dropped-unknown-index = il ne répond à aucune poignée de main de ce côté (indice de destinataire inconnu) : il est peut-être arrivé trop tard
dropped-cookie = son cookie ne répond à rien de ce qui a été envoyé (cookie faux)
dropped-handshake = il n'est pas authentique : les clés ne vont pas ensemble, ou les clés partagées diffèrent ; l'autre côté a peut-être aussi répondu trop tard
dropped-low-order-point = sa clé publique est d'ordre faible
dropped-unknown-peer = son expéditeur n'est pas un pair de ce tunnel (pair inconnu) : ajouter ici la clé publique de l'autre côté, ou la corriger
dropped-replayed-initiation = il est plus ancien qu'un précédent (horodatage périmé) : quelqu'un l'a répété, ou l'horloge de l'autre côté a été reculée
dropped-initiation-flood = il est venu trop tôt après le dernier de ce pair

drop-message-type = reçu : pas un message WireGuard
drop-message-length = reçu : un message d'une longueur qu'aucun message WireGuard n'a
drop-mac1 = reçu : un message qui n'est pas fait pour la clé publique de ce côté (mac1 faux)
drop-cookie-required = reçu sous charge : un message sans cookie valable ; l'expéditeur en a reçu un pour réessayer
drop-rate-limited = reçu sous charge : trop de poignées de main d'une même adresse
drop-no-private-key = reçu : une poignée de main alors que ce côté n'avait pas de clé privée
drop-unknown-index = reçu : un message pour une session que ce côté n'a pas (indice de destinataire inconnu)
drop-cookie = reçu : un cookie pour un message que ce côté n'a pas envoyé
drop-handshake = reçu : une poignée de main qui n'est pas authentique ; les clés ne vont pas ensemble, ou les clés partagées diffèrent
drop-low-order-point = reçu : une clé publique d'ordre faible
drop-unknown-peer = reçu : une poignée de main d'une clé qui n'est celle d'aucun pair de ce tunnel
drop-replayed-initiation = reçu : une poignée de main plus ancienne qu'une précédente (horodatage périmé)
drop-initiation-flood = reçu : des poignées de main d'un pair trop rapprochées
drop-session-expired = reçu : des données d'une session trop ancienne
drop-counter-exhausted = reçu ou à envoyer : un paquet d'une session qui a épuisé son compteur de messages
drop-decrypt = reçu : des données qui ne sont pas authentiques
drop-replay = reçu : des données déjà reçues, ou bien trop tard
drop-inner-packet = reçu ou à envoyer : des données qui ne sont pas un paquet IP
drop-source-not-allowed = reçu : un paquet d'une adresse qui n'est pas dans AllowedIPs du pair
drop-congestion = reçu : un paquet avec une marque de congestion que son expéditeur ne comprendrait pas
drop-no-route = à envoyer : un paquet pour une adresse qui n'est dans AllowedIPs d'aucun pair
drop-no-endpoint = à envoyer : un paquet pour un pair dont le point d'accès n'est pas connu
drop-routing-loop = à envoyer : un paquet chiffré de ce tunnel qu'une route y a ramené
drop-queue-full = à envoyer : un paquet qui attendait une poignée de main avec trop d'autres
drop-handshake-timeout = à envoyer : un paquet pour un pair qui n'a pas répondu à la poignée de main

log-network-changed = le réseau de cet ordinateur a changé
log-path-changed = le réseau a changé : demande { $peers ->
    [one] une nouvelle session à un pair
   *[other] de nouvelles sessions à { $peers } pairs
}
log-mtu-changed = son MTU suit le réseau : { $to } au lieu de { $from }
log-cannot-follow-network = un changement du réseau n'a pas pu être suivi : { $error }
log-local-networks-unknown = les réseaux locaux qui restent joignables n'ont pas pu être mis à jour : { $error }

log-closed = le coupe-circuit est fermé
log-opened = le coupe-circuit est ouvert
log-not-closed = le coupe-circuit n'a pas pu être fermé : { $error }
log-not-opened = le coupe-circuit n'a pas pu être ouvert : { $error }
log-kill-switch-off = son coupe-circuit est réglé sur éteint
log-kill-switch-block = son coupe-circuit est réglé sur blocage ; les réseaux locaux sont bloqués aussi
log-kill-switch-block-lan = son coupe-circuit est réglé sur blocage ; les réseaux locaux restent joignables
log-kill-switch-lockdown = son coupe-circuit est réglé sur verrouillage ; les réseaux locaux sont bloqués aussi
log-kill-switch-lockdown-lan = son coupe-circuit est réglé sur verrouillage ; les réseaux locaux restent joignables
log-ipv6-allowed-outside = IPv6 peut passer à côté
log-ipv6-kept-inside = IPv6 ne peut pas passer à côté
log-stays-blocked = le coupe-circuit de { $interface } reste fermé, bien qu'aucun tunnel lisible ne l'ait
log-kill-switches-unknown = impossible de savoir quels coupe-circuits sont fermés : { $error }
log-early-opened = le coupe-circuit de { $interface }, fermé au démarrage, est ouvert
log-early-not-kept = les coupe-circuits pour le démarrage n'ont pas pu être enregistrés : { $error }
log-peer-shut-out = le coupe-circuit bloque un pair qui s'est déplacé : { $error }

log-put-back = un autre programme a retiré ceci : { $what } ; rétabli
log-not-put-back = ce qu'un autre programme a retiré n'a pas pu être rétabli : { $error }
log-fought-with = un autre programme a retiré ses réglages { $times } fois en 10 s : seul le coupe-circuit est rétabli tout de suite
log-unguarded = les changements d'autres programmes ne sont pas remarqués : { $error }

setting-kill-switch = coupe-circuit
setting-packet-filter = filtre de paquets
setting-addresses = adresses
setting-routes = routes
setting-rules = règles de routage
setting-resolvers = serveurs DNS

log-other = { $name }{ $fields }


## L'icône de la barre et les notifications

tray-away = Le service Adit ne tourne pas
tray-not-permitted = Pas d'accès au service Adit
tray-no-answer = Le service Adit ne répond pas
tray-empty = Il n'y a pas encore de tunnel
tray-off = Aucun tunnel n'est allumé
tray-status = État : { $text }
tray-line = { $tunnel } : { $state }
tray-addresses = Adresses : { $addresses }
tray-tunnel = { $tunnel } – { $state }
tray-tunnels = Tunnels
tray-pauses = Pause
tray-pause = Mettre { $tunnel } en pause pour { $span }
tray-resume = Reprendre { $tunnel }
tray-resume-in = Reprendre { $tunnel } (encore { $span })
tray-by-rules = { $is ->
    [on] Allumé
   *[off] Éteint
} – { $reason }
tray-manual = À la main – les règles décident de nouveau au prochain réseau
tray-manual-for = À la main – les règles décident de nouveau dans { $span } au plus tard
tray-rules-paused = Règles suspendues jusqu'au prochain réseau
tray-rules-paused-for = Règles suspendues encore { $span }
tray-resume-rules = Suivre de nouveau les règles
tray-manage = Gérer les tunnels…
tray-import = Importer des tunnels depuis des fichiers…
tray-about = À propos…
tray-quit = Quitter (les tunnels restent tels quels)

consent-screen = Chercher un code QR à l'écran ?
consent-screen-more = Placez le code QR de sorte qu'il ne soit pas caché. Adit regarde une fois tout l'écran, dans son propre processus, et ne garde aucune image.
consent-screen-yes = Chercher
consent-camera = Autoriser Adit à utiliser la caméra ?
consent-camera-more = Adit cherche des codes QR dans les images, dans son propre processus, et n'en garde aucune. Cela vaut jusqu'à la fermeture d'Adit.
consent-camera-yes = Utiliser la caméra
consent-no = Annuler

notice-up = { $tunnel } est allumé
notice-down = { $tunnel } est éteint
notice-failed = { $tunnel } n'a pas pu être allumé
notice-rule-mode = Passe maintenant par { $tunnel } : { $mode }
notice-silent = { $tunnel } : pas de réponse depuis { $span }
    .body = Le tunnel est allumé, mais ce qui y entre n'arrive pas.
notice-answers = { $tunnel } répond à nouveau
notice-blocked = { $tunnel } est bloqué
    .body = Rien ne quitte cet ordinateur avant que le tunnel soit allumé ou que vous l'éteigniez.
notice-key-old = { $tunnel } : la clé a { $span }
    .body = Une nouvelle clé peut être créée sur la page du tunnel.
notice-preshared-key-old = { $tunnel } : une clé prépartagée a { $span }
    .body = Une nouvelle peut être posée aux deux bouts.
notice-refused = { $tunnel } n'a pas été commuté
notice-action = Afficher le tunnel

dialog-export = Enregistrer la configuration de { $tunnel }
dialog-export-all = Enregistrer toutes les configurations
dialog-backup = Enregistrer la sauvegarde
dialog-choose-backup = Choisir une sauvegarde
home-yes = c’est le réseau domestique : le détenteur de { $key } a répondu sur { $interface }
home-no-answer = ce n’est pas le réseau domestique : personne n’a répondu sur { $interface }
home-forged = ce n’est pas le réseau domestique : ce qui a été répondu sur { $interface } ne prouve rien
home-elsewhere = ce n’est pas le réseau domestique : la réponse sur { $interface } venait d’un autre réseau
home-passed-on = ce n’est pas le réseau domestique : quelqu’un a relayé la question de { $interface } depuis une autre adresse
home-serves = répond sur { $interfaces }, port UDP { $port } ; Ctrl-C pour arrêter
home-waits = cet ordinateur n’est dans aucun réseau ; il répondra dès qu’il sera dans un réseau
home-clock = pas de réponse à { $address } : les horloges diffèrent de { $seconds } s, et 300 s au plus sont permises
home-too-many = pas de réponse à { $address } : trop de questions
dialog-import-files = Importer des tunnels
dialog-import-folder = Importer les fichiers .conf d'un dossier


## La fenêtre

ui-connecting = Recherche du service Adit…
ui-loading = Chargement…
ui-tunnels = Tunnels
ui-pages = Pages
ui-log = Journal
ui-settings = Réglages
ui-back = Retour
ui-more = Autres actions
ui-cancel = Annuler
ui-done = Terminé
ui-show = Montrer
ui-save = Enregistrer
ui-dismiss = Fermer
ui-never = Jamais
ui-none = aucun
ui-days = { $days ->
    [one] { $days } jour
   *[other] { $days } jours
}
ui-name = Nom
ui-not-known = Inconnu
ui-copy = Copier { $what }
ui-copied = Copié : { $what }
ui-copy-failed = Le presse-papiers n'est pas disponible
ui-what-public-key = la clé publique
ui-what-command = la commande
ui-what-peer-section = la section du pair
ui-unreachable = Le service Adit ne répond pas.
ui-away-not-running = Le service Adit ne tourne pas
ui-away-not-running-text = Cette fenêtre montre et commande les tunnels ; un service à l'arrière-plan les porte. Pour le démarrer dans un terminal :
ui-away-not-permitted = Vous ne pouvez pas utiliser le service Adit
ui-away-not-permitted-text = Le service tourne, mais n'admet pas cet utilisateur. Rejoignez le groupe de ses opérateurs dans un terminal, puis fermez et rouvrez la session :
ui-away-service-older = Le service Adit est plus ancien que cette fenêtre
ui-away-service-older-text = Ils ne se comprennent pas. Après une mise à jour, le service doit être redémarré ; sinon, mettez-le à jour :
ui-away-service-newer = Le service Adit est plus récent que cette fenêtre
ui-away-service-newer-text = Ils ne se comprennent pas. Fermez Adit et rouvrez-le ; si cela ne suffit pas, mettez-le à jour. Les tunnels restent comme ils sont.
ui-away-stranger = Un autre programme tient la place du service Adit
ui-away-stranger-text = Rien ne lui a été envoyé. Un administrateur doit trouver de quel programme il s'agit et l'arrêter.
ui-away-no-answer = Le service Adit ne répond pas
ui-away-no-answer-text = Il est là, mais on ne peut pas lui parler. Si cela dure, redémarrez-le dans un terminal :
ui-away-no-manager = Ce système n'a ni systemd, ni OpenRC, ni runit. Démarrez ou redémarrez le programme aditd comme ce système démarre ses services.

ui-away-waits = Cette fenêtre se connecte d'elle-même dès que le service est là.
ui-away-banner = Le service Adit ne répond pas. Ce qui est montré ici peut être périmé.
ui-away-help = Que faire ?
ui-simulated = Système simulé : rien n'est modifié sur cet ordinateur
ui-try-now = Essayer maintenant
ui-check-again = Vérifier à nouveau

ui-add = Ajouter un tunnel
ui-add-hint = Ajouter un tunnel (Ctrl+N pour un tunnel vide)
ui-search = Rechercher
ui-no-tunnels = Aucun tunnel
ui-none-found = Aucun tunnel n'a cela dans son nom ou ses adresses.
ui-switch = { $tunnel } allumé
ui-row-answered = a répondu { $ago }
ui-row-paused = en pause, de retour dans { $time }
ui-row-blocked = bloqué : rien ne sort
ui-row-unusable = éteint, sa configuration a des erreurs
ui-home = { $count ->
    [0] Aucun tunnel n'est allumé
    [one] Un tunnel est allumé
   *[other] { $count } tunnels sont allumés
}
ui-home-text = Choisissez un tunnel dans la liste.
ui-gone = Ce tunnel n'existe plus
ui-gone-text = Quelqu'un l'a retiré.

ui-status-off = Éteint
ui-status-failed = Échec
ui-status-starting = Démarrage
ui-status-stopping = Arrêt
ui-status-handshaking = Pas encore de poignée de main
ui-status-healthy = Sain
ui-status-idle = Au repos
ui-status-empty = Aucun pair
ui-status-waiting = Attend le pair
ui-status-silent = Sans réponse
ui-status-blocked = Bloqué
ui-status-paused = En pause
ui-since = Depuis { $time }
ui-paused-until = De retour dans { $time }
ui-paused-open = Jusqu'à ce que vous le repreniez
ui-last-handshake = Dernière poignée de main { $ago }.
ui-way-all = Tout sur cet ordinateur passe par le tunnel.
ui-way-some = Ce qui appartient à ses réseaux passe par le tunnel, le reste à côté.
ui-way-past = Le trafic passe à côté de ce tunnel.
ui-way-blocked = Rien ne quitte cet ordinateur avant que le tunnel soit allumé ou que vous l'éteigniez.
ui-way-paused-blocked = Le coupe-circuit est ouvert tant que le tunnel est en pause.
ui-way-lockdown = Verrouillage : rien ne quitte cet ordinateur tant que ce tunnel est éteint.
ui-turn-on = Allumer
ui-pause = Pause
ui-pause-5-minutes = Pour 5 minutes
ui-pause-1-hour = Pour 1 heure
ui-pause-open = Jusqu'à ce que je le reprenne
ui-resume = Reprendre
ui-turn-off-in = Éteindre dans { $span }
ui-turns-off = S'éteint dans { $time }
ui-stay-on = Laisser allumé

ui-edit = Modifier
ui-restart = Redémarrer
ui-only-when-up = Seulement quand le tunnel est allumé
ui-log-of-tunnel = Montrer son journal
ui-rename = Renommer…
ui-rename-title = Renommer le tunnel
ui-rename-button = Renommer
ui-versions = Versions antérieures
ui-new-key = Nouvelle clé
ui-export = Exporter
ui-remove = Retirer
ui-remove-title = Retirer { $tunnel } ?
ui-remove-text = Sa configuration, ses clés et ses versions antérieures sont supprimées. C'est irréversible.
ui-remove-up = Il est éteint, et sa configuration, ses clés et ses versions antérieures sont supprimées. C'est irréversible.
ui-removed = { $tunnel } est retiré
ui-keep = Le garder

ui-problem-unusable = La configuration a des erreurs, le tunnel ne peut donc pas être allumé.
ui-problem-blocked = Le tunnel n'a pas pu être maintenu, et son coupe-circuit ne laisse rien passer à côté.
ui-problem-retry = Prochain essai dans { $time }.
ui-problem-retrying = Le prochain essai est en cours.
ui-problem-interface-removed = Un autre programme a retiré l'interface du tunnel.
ui-problem-engine-stopped = Le tunnel s'est arrêté de lui-même. Ce qu'on en sait est dans le journal.
ui-problem-no-answer = Des paquets ont été envoyés, et rien n'est revenu depuis { $span }.
ui-problem-no-answer-advice = Le serveur est peut-être éteint, ou le réseau entre les deux bloque peut-être UDP.
ui-problem-no-handshake = Le serveur n'a pas répondu pendant { $span }.
ui-problem-no-handshake-advice = Vérifiez le point de terminaison et les deux clés publiques, et si le serveur connaît la clé de cet ordinateur.
ui-problem-routing-loops = { $count ->
    [one] Un paquet chiffré a été ramené dans le tunnel et rejeté.
   *[other] { $count } paquets chiffrés ont été ramenés dans le tunnel et rejetés.
}
ui-problem-routing-loops-advice = La route vers le serveur passe par le tunnel lui-même. Retirez l'adresse du serveur d'AllowedIPs.
ui-problem-namespace = L'interface est passée dans un autre espace de noms réseau.
ui-problem-conflicts = Le tunnel est allumé malgré un conflit.
ui-problem-differs = Le tunnel qui tourne diffère de sa configuration.
ui-problem-rotation = Une nouvelle clé attend l'autre côté.
ui-problem-key-old = { $days ->
    [one] La clé a plus de { $days } jour.
   *[other] La clé a plus de { $days } jours.
}
ui-fix-connect = Allumer
ui-fix-disconnect = Éteindre
ui-fix-restart = Redémarrer
ui-fix-reload = Appliquer la configuration
ui-fix-save = Enregistrer ce qui tourne
ui-fix-edit = Modifier
ui-fix-hooks = Lire les commandes
ui-fix-key = Saisir la clé
ui-fix-rotation = Nouvelle clé
ui-fix-endpoint = Modifier le point de terminaison
ui-fix-look-up = Chercher de nouveau
ui-fix-log = Voir le journal
ui-fix-own-key = Voir la clé publique

ui-traffic = Trafic
ui-received = { $size } reçus
ui-sent = { $size } envoyés
ui-graph-range = Étendue du graphique
ui-graph-60-seconds = 60 s
ui-graph-5-minutes = 5 min
ui-graph-seconds-ago = il y a { $seconds } s
ui-graph-minutes-ago = il y a { $minutes } min
ui-graph-now = maintenant
ui-graph-at = il y a { $seconds } s : ↓ { $received } ↑ { $sent }
ui-graph-failed = Le graphique n'a pas pu être chargé.
ui-graph = Trafic des { $length } dernières secondes : reçu jusqu'à { $received }, envoyé jusqu'à { $sent }

ui-peers = Pairs
ui-peer = Pair
ui-peers-count = { $count ->
    [0] Aucun pair
    [one] Un pair
   *[other] { $count } pairs
}
ui-no-peers = La configuration n'a pas de pair, le tunnel ne transporte donc rien.
ui-all-peers = Montrer les { $count } pairs
ui-peer-answers = répond
ui-peer-why-idle = Rien n'a besoin d'être envoyé en ce moment.
ui-peer-why-never = Rien n'est jamais venu de lui. Son point de terminaison ou une clé peut être faux, ou le réseau bloque UDP.
ui-peer-why-handshaking = Il n'a pas encore répondu à la première poignée de main.
ui-peer-why-unresolved = L'adresse de { $host } est inconnue, rien ne peut donc lui être envoyé.
ui-peer-why-loop = La route vers lui mène dans ce tunnel même.
ui-peer-why-own-key = Des messages arrivent chiffrés pour une autre clé publique : l'autre côté a une mauvaise clé publique pour ce tunnel.
ui-peer-why-unknown-key = Des poignées de main arrivent d'une clé publique qu'aucun pair n'a ici. La clé publique de ce pair est peut-être fausse.
ui-peer-why-shared-key = Des poignées de main arrivent qui ne vont pas avec les clés d'ici. Les clés prépartagées diffèrent peut-être.
ui-peer-why-clock = Des poignées de main plus anciennes que d'autres arrivent. L'horloge de l'autre côté a peut-être été reculée.
ui-peer-why-name-moved = Dernière réponse : { $ago }. Si { $host } a maintenant une autre adresse, cherchez-la de nouveau.
ui-peer-why-roamed = Dernière réponse : { $ago }, depuis { $endpoint }, qui n'est pas le point de terminaison configuré. Cherchez-le de nouveau.
ui-peer-why-silent = Dernière réponse : { $ago }. Il est peut-être éteint, ou le réseau entre les deux bloque UDP.
ui-peer-why-waiting = Il n'a pas de point de terminaison ici, il doit donc commencer.
ui-peer-why-not-running = Il est dans la configuration, mais le tunnel en marche ne l'a pas.
ui-peer-why-from-outside = Un autre programme a ajouté ce pair. Il n'est pas dans la configuration.
ui-endpoint = Point de terminaison
ui-endpoint-moved = a changé ; configuré :
ui-endpoint-configured = de
ui-handshake = Dernière poignée de main
ui-transfer = Transfert
ui-transferred = { $received } reçus, { $sent } envoyés
ui-public-key = Clé publique
ui-own-key = Clé publique de cet ordinateur
ui-own-key-text = L'autre côté a besoin de cette clé.
ui-own-key-changes = Elle change à l'enregistrement : l'autre côté aura alors besoin de cette nouvelle clé.
ui-own-key-later = Le service crée les clés à la création du tunnel et montre alors la clé publique. Pour la connaître avant, saisissez une clé privée à vous.
ui-own-key-invalid = Il n'y a pas de clé privée valide, donc pas de clé publique.
ui-preshared-key-set = Clé partagée définie
ui-keepalive = Maintien
ui-every = toutes les { $span }
ui-allowed-ips = IP autorisées
ui-more-networks = +{ $count } autres

ui-changes = Ce qu'il change sur cet ordinateur
ui-would-change = Ce que l'allumer changera sur cet ordinateur
ui-changes-undone = Tout cela est annulé quand le tunnel est éteint.
ui-would-conflict = L'allumer entre en conflit avec quelque chose sur cet ordinateur.
ui-effect-routes = { $count ->
    [0] aucune route
    [one] une route
   *[other] { $count } routes
}
ui-effect-dns-servers = { $count ->
    [one] un serveur DNS
   *[other] { $count } serveurs DNS
}
ui-effect-commands = { $count ->
    [one] une commande
   *[other] { $count } commandes
}
ui-effect-kill-switch = coupe-circuit
ui-effect-interface = { $interface }, MTU { $mtu } ({ $source })
ui-effect-hidden = Seuls les administrateurs peuvent voir cette commande
ui-label-interface = Interface
ui-label-line = Ligne { $line }

ui-protection = Protection
ui-protection-at-once = Ces deux réglages prennent effet aussitôt, sans enregistrer.
ui-kill-switch = Coupe-circuit
ui-kill-switch-off = Éteint
ui-kill-switch-block = Blocage
ui-kill-switch-lockdown = Verrouillage
ui-kill-switch-off-text = Si le tunnel tombe, le trafic passe à côté.
ui-kill-switch-block-text = Tant que le tunnel doit être allumé, rien ne passe à côté.
ui-kill-switch-lockdown-text = Rien ne passe jamais à côté du tunnel, même quand il est éteint ou que l'ordinateur démarre.
ui-allow-lan = Les réseaux locaux restent joignables
ui-allow-lan-text = Imprimantes et autres appareils dans les réseaux où se trouve cet ordinateur.
ui-allow-lan-no-effect = Sans effet tant que le coupe-circuit est éteint : rien n'est alors bloqué.
ui-ipv6-outside = IPv6 peut passer à côté du tunnel
ui-ipv6-outside-text = Le tunnel prend tout IPv4 et pas d'IPv6. Sinon IPv6 est fermé tant qu'il est allumé.
ui-start-at-boot = Allumer au démarrage de l'ordinateur
ui-start-at-boot-text = Même avant que quelqu'un se connecte.
ui-start-at-boot-needs-key = Impossible : le tunnel demande sa clé.
ui-lockdown = Verrouiller { $tunnel } ?
ui-lockdown-text = Rien ne quittera cet ordinateur à côté de ce tunnel, même quand il est éteint et après un redémarrage. Seul un administrateur peut lever un verrouillage.
ui-lockdown-set = Verrouiller

ui-route = Où va une adresse ?
ui-route-look = Chercher
ui-route-tunnel = { $ip } passe par { $tunnel } vers { $peer }.
ui-route-outside = { $ip } passe à côté de tous les tunnels.
ui-route-outside-over = { $ip } passe à côté de tous les tunnels, par { $interface }.
ui-route-no-peer = { $ip } entre dans { $tunnel }, où aucun pair ne l'a, et est rejeté.
ui-route-other = { $tunnel } la prendrait aussi ({ $network }).

ui-details = Détails techniques
ui-details-summary = { $interface } · version { $version }
ui-interface = Interface
ui-interface-hint = 1 à 15 lettres, chiffres et _ = + . -
ui-key-age = Âge de la clé
ui-key-age-at-least = au moins { $span }
ui-listen-port = Écoute sur
ui-udp-port = port UDP { $port }
ui-data-path = Chemin des données
ui-data-path-text = { $queues ->
    [one] une file
   *[other] { $queues } files
} ; délestages : { $offloads }
ui-dropped = Rejetés
ui-source = Configuration
ui-source-store = Dans le magasin d'Adit
ui-id = Identifiant

ui-conflict = { $tunnel } est en conflit avec ce qui est là
ui-conflict-text = Si les deux sont allumés, du trafic va où il ne devrait pas.
ui-conflict-anyway = Allumer quand même
ui-conflict-replace = Éteindre d'abord { $others }

ui-key = Clé privée de { $tunnel }
ui-key-text = Le service ne garde pas cette clé. Elle sert jusqu'à ce que le tunnel soit éteint, puis est oubliée.
ui-key-label = Clé privée
ui-key-wrong = Ce n'est pas la clé de ce tunnel.

ui-hooks = Commandes de { $tunnel }
ui-hooks-text = Cette configuration exécute ces commandes en tant que root. Ne les approuvez que si vous savez ce que chacune fait.
ui-hooks-hidden = Vous ne pouvez pas voir les commandes. Demandez à un administrateur de cet ordinateur.
ui-hooks-approve = Approuver

ui-welcome = Ajoutez votre premier tunnel
ui-welcome-text = Adit porte des tunnels WireGuard sur cet ordinateur. Tant qu'un tunnel est allumé, il change les routes, le DNS et le filtre de paquets, vous montre chaque changement d'avance, et les annule tous ensuite.
ui-no-account = Aucun compte, aucune télémétrie.
ui-import-file = Importer un fichier
ui-import-file-hint = Un fichier .conf, une archive, ou l'image d'un code QR
ui-import-folder = Dossier…
ui-import-folder-hint = Importe les fichiers .conf d'un dossier
ui-import-paste = Coller un texte
ui-import-paste-hint = Le texte d'une configuration
ui-scan = Scanner un code QR
ui-scan-hint = Avec la caméra, à l'écran ou dans une image
ui-scan-camera = Utiliser la caméra
ui-scan-screen = Chercher à l'écran
ui-scan-clipboard = Depuis le presse-papiers
ui-scan-tip = Les images peuvent aussi être collées avec Ctrl+V. Elles restent dans ce programme, et aucune n'est gardée.
ui-screen-waiting = Recherche à l'écran…
ui-camera-starting = Démarrage de la caméra…
ui-camera-looking = Présentez le code QR à la caméra.
ui-camera-preview = Image de la caméra
ui-camera-choice = Caméra
ui-camera-stop = Arrêter la caméra
ui-camera-none = Aucune caméra n'a été trouvée. Branchez-en une, ou choisissez une image du code QR.
ui-camera-denied = La caméra ne peut pas être utilisée. Autorisez-la quand la question vous est posée, ou choisissez une image du code QR.
ui-camera-failed = La caméra n'a pas pu démarrer. Un autre programme l'utilise peut-être.
ui-from-camera = caméra
ui-from-screen = écran
ui-from-clipboard = presse-papiers
ui-clipboard-empty = Il n'y a pas d'image dans le presse-papiers.
ui-link-refused = Un lien n'a pas été ouvert.
ui-link-no-tunnel = Il n'y a pas de tunnel { $name }.
ui-link-too-long = Il est trop long.
ui-link-parameters = Un lien ne fait qu'afficher une page. Il ne peut ni apporter une configuration, ni activer ou désactiver un tunnel.
ui-link-name = Il ne contient aucun nom de tunnel valable.
ui-link-unknown = Il ne désigne aucune page d'Adit.
ui-make-new = En créer un nouveau
ui-make-new-hint = Avec sa propre clé
ui-paste-label = Texte de la configuration
ui-paste-continue = Continuer
ui-pasted-text = texte collé
ui-pick-picture = Choisir une image
ui-drop = Déposer pour importer
ui-drop-hint = Vous pouvez aussi déposer des fichiers et des dossiers n'importe où dans cette fenêtre.
ui-rules = Automatique
ui-rules-about = Des règles activent et coupent les tunnels selon le réseau de cet ordinateur. La première règle remplie décide.
ui-rules-start = Quand un tunnel doit-il être actif ?
ui-rules-start-text = Un choix tout prêt devient des règles que vous pouvez lire et modifier. Rien n'est enregistré sans votre accord.
ui-rules-for = Tunnel
ui-rules-preset-always = Toujours
ui-rules-preset-always-hint = Actif sur tous les réseaux.
ui-rules-preset-everywhere-except-here = Partout sauf à la maison
ui-rules-preset-everywhere-except-here-hint = Coupé sur le réseau actuel de cet ordinateur, actif sur tous les autres.
ui-rules-preset-wifi-that-is-not-mine = Sur tout Wi-Fi qui n'est pas le mien
ui-rules-preset-wifi-that-is-not-mine-hint = Coupé sur le Wi-Fi actuel et sans Wi-Fi, actif sur tout autre Wi-Fi.
ui-rules-preset-open-wifi = Sur un Wi-Fi ouvert
ui-rules-preset-open-wifi-hint = Actif là où le Wi-Fi n'a pas de mot de passe, ou un facile à casser.
ui-rules-own = Écrire mes propres règles
ui-rules-own-hint = Avec des conditions sur le Wi-Fi, la passerelle, l'heure et plus.
ui-rules-no-tunnels = Il n'y a pas encore de tunnel. Ajoutez-en un d'abord.
ui-rules-now = Maintenant
ui-rules-view = Vue
ui-rules-list = Règles
ui-rules-text = Texte
ui-rules-settings = Réglages des règles
ui-rules-add = Ajouter une règle
ui-rules-decides = décide maintenant
ui-rules-otherwise = Sur tout autre réseau
ui-rules-otherwise-none = Pas précisé : le tunnel des règles y prend donc tout.
ui-rules-unsaved = Ces règles ne sont pas encore enregistrées.
ui-rules-would = Avec elles, maintenant : { $what }.
ui-rules-save = Enregistrer les règles
ui-rules-saved = Les règles sont enregistrées.
ui-rules-broken = Les règles enregistrées sont illisibles. D'ici là, les dernières valent, ou les plus protectrices.
ui-rules-has-errors = Ce texte a des erreurs. Corrigez-les dans le texte ou revenez aux règles enregistrées.
ui-rules-newer = Les règles ont été modifiées entre-temps : celles-ci ne peuvent pas être enregistrées.
ui-rules-overtaken = Les règles ont été modifiées entre-temps : ceci n'a pas été fait.
ui-rules-trust = Faire confiance à ce réseau
ui-rules-trust-hint = Ajoute une règle qui coupe les tunnels ici.
ui-rules-pause = Suspendre les règles
ui-rules-pause-network = Jusqu'au changement de réseau
ui-rules-resume = Suivre de nouveau les règles
ui-rules-paused = Les règles sont suspendues et leurs tunnels coupés.
ui-rules-chosen-on = { $tunnel } a été activé à la main.
ui-rules-chosen-off = { $tunnel } a été coupé à la main.
ui-rules-holds-network = Cela vaut jusqu'au changement de réseau.
ui-rules-holds-until = Cela se termine dans { $time }.
ui-rules-suspended = Sans effet pour l'instant : c'est peut-être un autre réseau.
ui-rules-pending = Dans { $time } : { $what }.
ui-rules-ready-made = Règles toutes prêtes
ui-rules-ready-made-text = Le choix remplace toutes les règles actuelles. Rien n'est enregistré sans votre accord.
ui-rules-failing = Le serveur de { $tunnel } ne répond pas.
ui-rules-failing-step = Étape actuelle : { $step }.
ui-rules-failing-next = Prochain essai dans { $time }.
ui-rules-off-in = { $tunnel } s'éteint dans { $time }.
ui-rules-why = Pourquoi ?
ui-rules-by = Décidé par : { $source }
ui-rules-sources = Possible : { $sources }
ui-rules-add-gateway = Ajouter la passerelle { $address }
ui-rules-add-probe = Ajouter la sonde de la maison
ui-rules-name-alone = se fie à un nom seul
ui-rules-name-alone-more = N'importe qui peut donner ce nom à un Wi-Fi. L'adresse matérielle de la passerelle garantit que c'est le vôtre.
ui-rules-name-alone-away = Connectez-vous à ce Wi-Fi pour ajouter sa passerelle.
ui-rules-governed = Automatique : { $source }
ui-rules-by-hand = activé ou coupé à la main
ui-rule = Règle { $number }
ui-rule-new = Nouvelle règle
ui-rule-edit = Modifier la règle { $number }
ui-rule-edit-otherwise = Modifier ce qui vaut sur tout autre réseau
ui-rule-remove = Retirer la règle { $number }
ui-rule-up = Monter la règle { $number }
ui-rule-down = Descendre la règle { $number }
ui-rule-moved = Maintenant règle { $number } sur { $count }
ui-rule-unreadable = Cette ligne a une erreur.
ui-rule-if = Si { $conditions }
ui-rule-name = Nom (facultatif)
ui-rule-conditions = Si tout cela est rempli
ui-rule-condition = Condition { $number }
ui-rule-add-condition = Ajouter une condition
ui-rule-remove-condition = Retirer cette condition
ui-rule-is = est
ui-rule-is-not = n'est pas
ui-rule-then = Alors
ui-rule-then-up = Activer
ui-rule-then-down = Tout couper
ui-rule-then-leave = Laisser tel quel
ui-rule-then-none = Ne rien dire
ui-rule-tunnel = Tunnel
ui-rule-add-tunnel = Un autre tunnel aussi
ui-rule-remove-tunnel = Sans { $tunnel }
ui-rule-mode = Ce qui y passe
ui-rule-mode-as-configured = selon la configuration
ui-rule-mode-only = ces réseaux seulement
ui-rule-networks = Réseaux
ui-rule-does-up = { $tunnels } actif
ui-rule-does-down = tous les tunnels automatiques éteints
ui-rule-kill = Coupe-circuit
ui-rule-kill-default = selon les réglages
ui-rule-kill-is = coupe-circuit : { $when }
ui-rule-one-per-line = Un par ligne
ui-rule-present = Actuel : { $value }
ui-rule-manual = Un choix à la main vaut
ui-rule-manual-text = Il se termine toujours au changement de réseau.
ui-rule-manual-network = jusqu'au changement de réseau
ui-rule-manual-for = au plus { $span }
ui-rule-kill-text = Pour les règles qui ne disent rien.
ui-rule-failover = Si un serveur ne répond pas
ui-rule-failover-text = Les étapes sont essayées dans l'ordre, puis de nouveau le tunnel lui-même. Un serveur qui répond garde son tunnel.
ui-rule-failover-none = ne rien faire
ui-rule-failover-after = après { $span }
ui-rule-failover-steps = Étapes
ui-rule-failover-step = Étape { $number }
ui-rule-failover-next-endpoint = Essayer ses autres adresses
ui-rule-failover-up = Allumer { $tunnel } à la place
ui-rule-failover-down = L'éteindre
ui-rule-failover-add = Ajouter une étape
ui-rule-failover-remove = Retirer l'étape { $number }
ui-match-link = type de réseau
ui-match-wifi-name = nom du Wi-Fi
ui-match-access-point = point d'accès
ui-match-wifi-security = protection du Wi-Fi
ui-match-gateway = passerelle
ui-match-subnet = sous-réseau
ui-match-dns-suffix = suffixe DNS
ui-match-metered = limité
ui-match-time = heure
ui-match-other-vpn = autre VPN
ui-match-home-probe = sonde de la maison
ui-match-no-network = aucun réseau
ui-match-wifi-name-hint = * vaut pour tout texte, ? pour un caractère ; ! au début exclut des noms.
ui-match-time-hint = Par exemple mon-fri 22:00-06:00
ui-link-wifi = Wi-Fi
ui-link-ethernet = Ethernet
ui-link-cellular = réseau mobile
ui-link-other = autre type
ui-security-open = sans mot de passe
ui-security-wep = WEP
ui-security-wpa = WPA
ui-security-wpa2 = WPA2
ui-security-wpa3 = WPA3
ui-security-enterprise = Enterprise (802.1X)
ui-security-none = aucune
ui-fact = { $what } est { $value }
ui-fact-not = { $what } n'est pas { $value }
ui-fact-metered = le trafic est payant
ui-fact-metered-not = le trafic est gratuit
ui-fact-other-vpn = un autre VPN est actif
ui-fact-other-vpn-not = aucun autre VPN n'est actif
ui-fact-home-probe = la maison répond à la sonde
ui-fact-home-probe-not = la maison ne répond pas à la sonde
ui-fact-no-network = il n'y a pas de réseau
ui-fact-no-network-not = il y a un réseau
ui-fact-quoted = « { $text } »
ui-seen = vu : { $value }
ui-network-none = Cet ordinateur n'est sur aucun réseau.
ui-network-unknown = Les réseaux de cet ordinateur ne sont pas encore connus.
ui-network-gateway = passerelle { $address }
ui-network-metered = limité
ui-network-portal = une page de connexion retient le trafic
ui-draft = Tunnel de { $from }
ui-draft-unusable = ne peut pas être importé
ui-draft-unchecked = non vérifié
ui-draft-leave-out = Laisser celui-ci
ui-draft-edit = Modifier le texte
ui-draft-keys = Les clés restent dans le programme et des marques les remplacent. Là où la marque reste, la clé reste.
ui-import = { $count ->
    [0] Importer
    [one] Importer un tunnel
   *[other] Importer { $count } tunnels
}
ui-importing = Importation…
ui-imported = { $done } sur { $all } importés
ui-import-unreadable = { $count ->
    [one] Un fichier est illisible.
   *[other] { $count } fichiers sont illisibles.
}
ui-import-too-large = Le fichier est trop grand.
ui-takeovers = Tunnels de wg-quick
ui-takeovers-text = Ceux-ci peuvent passer à Adit. Leurs fichiers restent où ils sont.
ui-takeover-up = allumé
ui-takeover-down = éteint
ui-take-over = Reprendre
ui-take-over-title = Reprendre { $name } ?
ui-take-over-file = Le fichier { $path } reste où il est, inchangé. Adit fait tourner le tunnel à partir de lui.
ui-take-over-stops-service = { $unit } est arrêté : le tunnel tombe un instant, puis revient avec Adit.
ui-take-over-stops-tunnel = Le tunnel actif est arrêté comme le fait wg-quick, puis revient avec Adit.
ui-take-over-stays-off = Le tunnel est éteint et le reste jusqu'à ce que vous l'allumiez.
ui-take-over-boot = Adit l'allume au démarrage de l'ordinateur. wg-quick le ferait encore aussi ; mettez-y fin ensuite dans un terminal :
ui-take-over-fails = S'il ne s'allume pas avec Adit, wg-quick le rallume.
ui-new-name = Nouveau tunnel
ui-create = Créer

ui-configuration = Configuration
ui-editor-view = Vue
ui-editor-text = Texte
ui-editor-form = Formulaire
ui-undo = Annuler
ui-redo = Rétablir
ui-editor-keys = Ctrl+Espace propose ce qui convient à cet endroit ; Ctrl+F cherche ; Ctrl+Z annule un changement.
ui-editor-failed = L'éditeur n'a pas pu être chargé.
ui-hide-keys = Masquer les clés
ui-completions = Propositions
ui-find = Chercher
ui-find-replace-with = Remplacer par
ui-find-next = Suivant
ui-find-previous = Précédent
ui-find-case = Respecter la casse
ui-find-word = Mots entiers
ui-find-pattern = Expression rationnelle
ui-find-replace = Remplacer
ui-find-replace-all = Tout remplacer
ui-find-close = Fermer la recherche
ui-find-current = Résultat actuel
ui-find-replaced = Remplacé à la ligne $
ui-find-replaced-all = $ résultats remplacés
ui-find-on-line = à la ligne
ui-findings = Constats
ui-no-findings = Aucune erreur, aucun avertissement
ui-fix-replace = Remplacer par { $text }
ui-fix-insert = Insérer { $text }
ui-fix-remove = Supprimer
ui-discard = Abandonner les changements
ui-load-newer = Charger la version plus récente
ui-review-open = Relire et enregistrer
ui-review = Enregistrer ces changements ?
ui-review-nothing = Rien ne change de sens : commentaires, ordre ou espaces seulement.
ui-review-more = { $count ->
    [one] Un autre changement n'est pas listé.
   *[other] { $count } autres changements ne sont pas listés.
}
ui-review-restart = Certains changements ne valent qu'après un redémarrage du tunnel.
ui-review-back = Continuer à modifier
ui-saved = { $count ->
    [0] Enregistré
    [one] Enregistré ; un changement vaut déjà
   *[other] Enregistré ; { $count } changements valent déjà
}
ui-saved-restart = Enregistré ; redémarrez le tunnel pour que tous les changements valent
ui-form-this-end = Cet ordinateur
ui-form-peer = Pair { $number }
ui-form-through = Ce qui passe par ce pair
ui-form-through-everything = Tout
ui-form-through-private = Réseaux privés
ui-form-through-except = Tout sauf…
ui-form-through-custom = Liste personnelle
ui-form-except-what = Réseaux qui restent dehors
ui-form-own-key = Laissez vide : le service crée une clé qui ne le quitte jamais.
ui-form-add-peer = Ajouter un pair
ui-form-remove = Retirer { $peer }
ui-form-remove-peer = Retirer ce pair
ui-form-remove-title = Retirer { $peer } ?
ui-form-remove-text = Ses clés, son point d'accès et ses réseaux sortent de la configuration. Annuler les ramène tant que vous n'avez ni enregistré ni abandonné.
ui-psk-none = Aucune
ui-psk-set = Définie ; le service la garde
ui-psk-new = Nouvelle : l'autre côté a besoin de la même
ui-psk-make = En créer une
ui-psk-replace = En créer une autre
ui-psk-copy = Copier
ui-psk-remove = Retirer
ui-help-privatekey = La clé privée de ce côté, 44 caractères
ui-help-address = Adresses de cet ordinateur dans le tunnel, comme 10.0.0.2/32
ui-help-dns = Serveurs DNS tant que le tunnel est allumé, et domaines de recherche
ui-help-mtu = Plus grand paquet dans le tunnel, en octets ; sinon Adit trouve la bonne taille
ui-help-listenport = Port UDP de cet ordinateur ; sinon le système en choisit un
ui-help-table = Table de routage pour les routes du tunnel : un nombre, auto ou off
ui-help-fwmark = Marque sur les paquets chiffrés, pour vos propres règles
ui-help-saveconfig = Si ce qui tourne est enregistré quand le tunnel est éteint
ui-help-preup = Une commande avant la création de l'interface ; ne s'exécute qu'une fois approuvée
ui-help-postup = Une commande après que tout est en place ; ne s'exécute qu'une fois approuvée
ui-help-predown = Une commande avant que rien ne soit annulé ; ne s'exécute qu'une fois approuvée
ui-help-postdown = Une commande après que tout est annulé ; ne s'exécute qu'une fois approuvée
ui-help-publickey = La clé publique de l'autre côté, 44 caractères
ui-help-presharedkey = Un secret que les deux côtés partagent en plus de leurs clés, 44 caractères
ui-help-endpoint = Où est l'autre côté : hôte:port
ui-help-further-endpoints = Un Endpoint à essayer si le pair ne répond pas au précédent ; les autres programmes l'ignorent
ui-help-allowedips = Réseaux derrière l'autre côté ; 0.0.0.0/0, ::/0 est tout
ui-help-persistentkeepalive = Secondes entre les paquets qui gardent ouvert un chemin à travers le NAT, comme 25

ui-version = Version { $version }
ui-version-current = Actuelle
ui-version-imported = Importée
ui-version-edited = Modifiée
ui-version-rotated = Clé remplacée
ui-version-saved = Enregistrée de ce qui tournait
ui-version-restored = Restaurée de la version { $version }
ui-restore = Restaurer
ui-restored = La version { $version } est restaurée

ui-export-warning = Quiconque a cette configuration peut utiliser votre tunnel.
ui-export-warning-text = Elle contient la clé privée. L'ordinateur peut demander votre mot de passe.
ui-export-copy = Copier la configuration
ui-export-copied = Copié ; le presse-papiers est vidé dans 60 s
ui-export-qr = Montrer en code QR
ui-export-qr-hint = Scannez-le avec l'application WireGuard d'un téléphone.
ui-export-qr-hide = Masquer
ui-export-file = Enregistrer dans un fichier…
ui-export-saved = { $file } est enregistré
ui-export-all = Exporter tous les tunnels
ui-export-all-hint = Toutes les configurations avec leurs clés dans une archive zip non chiffrée.
ui-export-all-open = Exporter…
ui-export-all-warning = Quiconque a cette archive peut utiliser tous vos tunnels.
ui-export-all-warning-text = Elle contient toutes les clés privées et n'est pas chiffrée. L'ordinateur demandera peut-être votre mot de passe.
ui-export-all-save = Enregistrer comme archive zip…
ui-export-all-better = Pour conserver les tunnels ou les transférer vers un autre ordinateur, préférez une sauvegarde chiffrée.

ui-backups = Sauvegarde et export
ui-backup = Sauvegarder tous les tunnels
ui-backup-hint = Tunnels, clés et réglages dans un seul fichier chiffré.
ui-backup-open = Sauvegarder…
ui-backup-text = Tous les tunnels avec leurs clés et réglages vont dans un seul fichier chiffré. Il ne s'ouvre qu'avec la phrase secrète ; personne ne peut remplacer une phrase perdue.
ui-backup-passphrase = Phrase secrète
ui-backup-repeat = La même encore une fois
ui-backup-differs = Les phrases secrètes sont différentes.
ui-backup-weak = Facile à deviner : quiconque obtient le fichier peut essayer des phrases courtes. Plusieurs mots à la suite valent mieux.
ui-backup-fair = Bonne. Un mot de plus la renforce.
ui-backup-strong = Difficile à deviner
ui-backup-no-key = { $tunnels } demande sa clé privée, elle manque donc dans la sauvegarde.
ui-backup-rotation = La nouvelle clé de { $tunnels } n'est dans la sauvegarde qu'après avoir remplacé l'ancienne.
ui-backup-save = Enregistrer la sauvegarde…
ui-backup-busy = Création de la sauvegarde. Le chiffrement prend un instant.
ui-backup-saved = { $file } est écrit : { $count ->
    [one] un tunnel
   *[other] { $count } tunnels
}, chiffré
ui-backup-none = Il n'y a aucun tunnel à sauvegarder.
ui-restore-backup = Restaurer une sauvegarde
ui-restore-backup-hint = Ajouter des tunnels d'une sauvegarde ou remplacer ceux qui diffèrent.
ui-restore-open = Restaurer…
ui-restore-text = Adit montre en quoi les tunnels de la sauvegarde diffèrent de ceux de cet ordinateur. Rien ne change avant que vous l'ayez vu.
ui-restore-choose = Choisir une sauvegarde…
ui-restore-other = En choisir une autre…
ui-restore-decrypt = Ouvrir
ui-restore-busy = Ouverture de la sauvegarde. Le déchiffrement prend un instant.
ui-restore-made = Créée { $moment } par { $program }
ui-restore-new = Nouveau
ui-restore-same = Identique
ui-restore-different = Diffère
ui-restore-refused = Ne peut pas être restauré
ui-restore-want-new = Ajouter { $tunnel }
ui-restore-want-different = Remplacer { $tunnel }
ui-restore-interface = Il reçoit l'interface { $interface }, car { $other } est utilisée.
ui-restore-keeps = Il garde son interface { $interface } ; c'est { $other } dans la sauvegarde.
ui-restore-replaces = Les tunnels cochés qui diffèrent sont remplacés. Leurs configurations actuelles restent parmi les versions antérieures.
ui-restore-nothing = Tous les tunnels de la sauvegarde sont déjà là, à l'identique.
ui-restore-start = { $count ->
    [0] Restaurer
    [one] Restaurer un tunnel
   *[other] Restaurer { $count } tunnels
}
ui-restore-carrying-out = Restauration…
ui-restore-finished = { $done ->
    [0] Aucun tunnel n'a été restauré
    [one] Un tunnel a été restauré
   *[other] { $done } tunnels ont été restaurés
}
ui-restore-added = Ajouté
ui-restore-replaced = Remplacé
ui-restore-left = Reste tel quel
ui-restore-not-added = Non ajouté
ui-restore-failed = Non restauré
ui-restore-unsure = La connexion au service a été coupée. Il a peut-être été restauré.
ui-restore-commands = Il a des commandes, qui ne s'exécutent qu'après votre approbation.
ui-restore-restart = Certains changements ne prennent effet qu'au redémarrage du tunnel.
ui-restore-remains = Des étapes précédentes n'ont pas pu être annulées :
ui-restore-text-differs = Commentaires, ordre ou espaces de la configuration
ui-restore-reminder = Rappel des clés anciennes
ui-yes = oui
ui-no = non
ui-backup-problem-unreadable = Le fichier ne peut pas être lu.
ui-backup-problem-too-large = Le fichier est plus grand qu'une sauvegarde ne peut l'être.
ui-backup-problem-not-a-backup = Ce n'est pas une sauvegarde d'Adit.
ui-backup-problem-damaged = La sauvegarde est endommagée : une partie a été modifiée ou manque.
ui-backup-problem-needs-identity = La sauvegarde est chiffrée pour un destinataire. Restaurez-la dans un terminal avec le fichier de la clé secrète :
ui-backup-problem-wrong-passphrase = Ce n'est pas la phrase secrète de cette sauvegarde.
ui-backup-problem-too-much-work = Ouvrir ce fichier demanderait trop de mémoire et de temps. Il ne vient pas d'Adit.
ui-backup-problem-newer = Une version plus récente d'Adit a créé cette sauvegarde. Mettez Adit à jour pour la restaurer.
ui-backup-problem-content = Le contenu n'est pas celui d'une sauvegarde.

ui-rotation-none = Remplacer la clé de ce tunnel
ui-rotation-none-text = Le service crée une nouvelle clé pendant que le tunnel continue avec l'ancienne. Vous donnez la nouvelle clé publique à l'autre côté, et changez quand il répond.
ui-rotation-age = La clé actuelle a au moins { $span }.
ui-rotation-begin = Créer une nouvelle clé
ui-rotation-waits = Une nouvelle clé attend
ui-rotation-tell = Donnez ceci à l'autre côté :
ui-rotation-test-text = Vérifiez si l'autre côté la connaît déjà.
ui-rotation-test = Tester la nouvelle clé
ui-rotation-answered = A répondu : { $peers }
ui-rotation-silent = Sans réponse : { $peers }
ui-rotation-not-asked = N'a pas pu être interrogé : { $peers }
ui-rotation-finish-text = Remplacez l'ancienne clé.
ui-rotation-finish = Utiliser la nouvelle clé
ui-rotation-anyway = L'utiliser quand même
ui-rotation-cancel = Abandonner la nouvelle clé
ui-rotation-done = Le tunnel a sa nouvelle clé
ui-key-reminder = Me rappeler de renouveler la clé
ui-key-reminder-text = Adit le dit quand la clé est plus ancienne.

ui-log-level = Niveau
ui-log-error = Erreur
ui-log-warn = Alerte
ui-log-info = Info
ui-log-debug = Débogage
ui-log-tunnel = Tunnel
ui-log-all-tunnels = Tous les tunnels
ui-log-search = Rechercher dans le journal
ui-log-copy = Copier
ui-log-copied = { $count ->
    [one] Une ligne copiée
   *[other] { $count } lignes copiées
}
ui-log-empty = Aucune ligne ne correspond.
ui-log-follow = Lignes les plus récentes

ui-appearance = Apparence
ui-theme = Thème
ui-theme-system = Système
ui-theme-light = Clair
ui-theme-dark = Sombre
ui-theme-contrast = Contraste élevé
ui-theme-contrast-light = Contraste élevé, clair
ui-theme-contrast-dark = Contraste élevé, sombre
ui-language = Langue
ui-language-system = Comme le système
ui-rates = Débits en
ui-rates-bits = Bits
ui-rates-bytes = Octets
ui-desktop = Barre et notifications
ui-show-tray = Afficher une icône dans la barre
ui-tray-off = Fermer la fenêtre quitte Adit. Les tunnels restent tels quels.
ui-close-hides = Fermer la fenêtre dans la barre
ui-no-tray = Il n'y a pas de barre d'icônes ici : fermer la fenêtre quitte Adit. Les tunnels restent tels quels.
ui-start-at-login = Démarrer à la connexion
ui-notify = Me prévenir quand
ui-notify-up = Un tunnel s'allume
ui-notify-down = Un tunnel s'éteint
ui-notify-rules = Une règle allume ou éteint un tunnel, ou change ce qui y passe
ui-notify-silent = Personne ne répond depuis 5 minutes
ui-notify-answers = Le pair répond à nouveau
ui-notify-blocked = Un coupe-circuit bloque le trafic
ui-notify-key-old = Une clé est vieille
ui-service = Service
ui-service-version = Version
ui-service-protocol = Contrat
ui-service-started = Tourne depuis
ui-service-role = Vous pouvez
ui-about-title = À propos d'Adit
ui-about = Adit est un logiciel libre sous les licences MIT et Apache 2.0. WireGuard est une marque déposée de Jason A. Donenfeld.
ui-support = Dossier d'assistance
ui-support-hint = Versions, états, configurations sans clés et journal, en texte, pour la personne qui vous aide.
ui-support-open = Aperçu
ui-support-text = Tout ce qui aide à trouver la cause d'un problème, en texte : versions, états, configurations, diagnostics et journal. Les clés privées et partagées, les commandes et les commentaires n'y figurent pas. Lisez-le avant de le transmettre ; Adit n'envoie rien.
ui-support-hide = Masquer les adresses IP et les noms des points de terminaison
ui-support-copy = Tout copier
ui-support-copied = Dossier d'assistance copié
ui-support-file = Pour écrire ces fichiers dans une archive, saisissez dans un terminal :

ui-shortcuts = Raccourcis clavier
ui-shortcuts-text = Tout dans cette fenêtre peut se faire au clavier.
ui-shortcut-import = Importer des fichiers
ui-shortcut-new = Nouveau tunnel
ui-shortcut-edit = Modifier le tunnel
ui-shortcut-search = Rechercher parmi les tunnels
ui-shortcut-log = Journal
ui-shortcut-settings = Réglages
ui-shortcut-move = Se déplacer dans la liste
ui-shortcut-toggle = Allumer ou éteindre le tunnel
ui-shortcut-remove = Retirer le tunnel
ui-shortcut-back = Retour
ui-shortcut-help = Cette page
ui-shortcuts-editor = Dans l'éditeur
ui-shortcut-complete = Proposer ce qui convient à cet endroit
ui-shortcut-find = Chercher dans le texte

## Captive portals
error-portal-is-open = un programme de { $by } peut déjà atteindre le portail captif
    .advice = attendre qu'il se termine
    .command = y mettre fin avec : adit portal --close
error-portal-not-shut-out = aucun kill switch n'est fermé, donc rien ne s'ouvre pour le portail captif
    .advice = mettre le tunnel en pause s'il y en a un d'actif, puis utiliser simplement le navigateur
event-portal-open = { $by } peut atteindre le portail captif
event-portal-captive = ce réseau demande de se connecter à sa page ({ $interface })
event-portal-none = il n'y a pas de portail captif, ou personne n'en connaît
log-portal-opened = un programme peut atteindre le portail captif pendant { $span } au plus ({ $by })
log-portal-host = le programme peut atteindre { $host }
log-portal-closed = le portail captif est de nouveau bloqué : { $why }
log-portal-not-opened = la voie vers le portail captif n'a pas pu être ouverte : { $error }
log-portal-not-closed = la voie vers le portail captif n'a pas pu être fermée et se fermera d'elle-même à la fin de son délai : { $error }
portal-end-asked = un utilisateur l'a demandé
portal-end-time-over = le délai est écoulé
portal-end-program-gone = le programme s'est terminé
portal-end-network-changed = le réseau a changé
portal-end-passed = le réseau laisse passer le trafic
portal-end-service-ended = le service s'est terminé
portal-hint = le réseau sur { $interface } demande de se connecter à sa page, qui est bloquée ; l'ouvrir avec : adit portal
ui-portal-text = Sa page de connexion est bloquée. Pour l'ouvrir à un navigateur, tapez dans un terminal :
portal-opened = pendant { $span } au plus, un seul navigateur peut atteindre la page de connexion ; tout autre trafic reste bloqué
portal-browser = { $program } s'ouvre avec un profil à part, supprimé ensuite : s'y connecter
portal-proxy = se connecter avec un navigateur qui utilise le proxy HTTP { $proxy }, à { $url }
portal-no-browser = aucun navigateur acceptant un profil et un proxy n'a été trouvé
portal-online = ce réseau laisse passer le trafic
portal-captive = ce réseau demande de se connecter à sa page
portal-unknown = on ne sait pas si ce réseau demande de se connecter à une page : { $error }
portal-ended = la page de connexion est de nouveau bloquée : { $why }
portal-closed = aucun programme ne peut atteindre de portail captif à présent
