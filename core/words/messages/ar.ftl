#

## الأسماء

tunnel-unnamed = النفق
tunnel-other = نفق آخر
tunnel-gone = نفق لم يعد موجودًا


## الأوقات

span-seconds = { $seconds } ث
span-minutes = { $minutes } د
span-hours = { $hours } س
span-hours-minutes = { $hours } س { $minutes } د
span-days = { $days } يوم
ago = قبل { $span }
ago-now = الآن
ago-never = أبدًا


## حالات النفق

state-off = متوقف
state-failed = متوقف بسبب خطأ
state-interface-removed = متوقف، أُزيل من الخارج
state-engine-stopped = متوقف، تعطّل
state-starting = يبدأ: { $step }
state-stopping = يتوقف
state-paused = متوقف مؤقتًا
state-paused-for = متوقف مؤقتًا لمدة { $span } أخرى
state-blocked = محجوب

step-check = الفحص
step-resolve = البحث عن العناوين
step-firewall = ضبط مرشح الحزم
step-pre-up = تنفيذ PreUp
step-interface = إنشاء الواجهة
step-addresses = ضبط العناوين
step-routes = ضبط المسارات
step-dns = ضبط DNS
step-post-up = تنفيذ PostUp

health-good = سليم
health-idle = خامل
health-no-peers = يعمل بلا أطراف
health-waiting = يعمل وينتظر أن يبدأ الطرف الآخر
health-handshaking = يعمل ولا مصافحة بعد
health-no-answer = لا جواب منذ { $span }

kill-switch-off = متوقف
kill-switch-block = حجب
kill-switch-lockdown = إغلاق تام

role-status = رؤية الأنفاق
role-operate = تشغيل الأنفاق وإيقافها
role-administer = تغيير الأنفاق ورؤية مفاتيحها
action-kill-switch = فتح مفاتيح القطع وتغييرها
action-lockdown = فرض الإغلاق التام وتخفيفه وإنهاؤه


## الأخطاء

error-not-found = لا يوجد نفق بالمعرّف { $id }
error-tunnel-gone = لم يعد { $tunnel } موجودًا: أزاله أحد
error-no-such-version = ليس لدى { $tunnel } إصدار { $version }
    .command = اعرض الموجود بالأمر: adit versions { $argument }
error-no-such-takeover = ليس لدى wg-quick نفق { $name }
    .command = اعرض الموجود بالأمر: adit take-over
error-name-taken = يوجد نفق آخر باسم { $name }
    .advice = اختر اسمًا آخر
error-interface-taken = الواجهة { $interface } لنفق آخر
    .advice = اختر واجهة أخرى
    .command = اختر أخرى بالخيار --interface
error-conflict = لا يمكن أن يعمل { $tunnel } إلى جانب ما هو موجود
    .advice = حُلّ التعارض أو شغّل النفق على أي حال
    .command = حُلّ التعارض أو أضف --despite-conflicts
error-conflict-with-tunnel = لا يمكن أن يعمل { $tunnel } إلى جانب ما هو موجود
    .advice = أوقف النفق الآخر أو شغّل هذا على أي حال
    .command = أوقف الآخر (adit down { $other }) أو أضف --despite-conflicts
error-not-allowed-kill-switch = لا يُسمح لك بفتح مفتاح القطع لدى { $tunnel } أو تغييره
    .advice = اسأل مسؤول هذا الحاسوب
    .command = حاول مرة أخرى باستخدام sudo
error-not-allowed-lockdown = لا يُسمح لك بفرض إغلاق تام أو تخفيفه أو إنهائه
    .advice = اسأل مسؤول هذا الحاسوب
    .command = حاول مرة أخرى باستخدام sudo
error-not-allowed-status = لا يُسمح لك برؤية هذا
    .advice = اسأل مسؤول هذا الحاسوب
    .command = حاول مرة أخرى باستخدام sudo
error-not-allowed-operate = لا يُسمح لك بتشغيل الأنفاق وإيقافها
    .advice = اجلس إلى الحاسوب أو كن عضوًا في المجموعة `adit-operators`
    .command = اجلس إلى الحاسوب أو كن عضوًا في المجموعة `adit-operators` أو حاول باستخدام sudo
error-not-allowed-administer = لا يُسمح لك بتغيير الأنفاق أو رؤية مفاتيحها
    .advice = اسأل مسؤول هذا الحاسوب
    .command = حاول مرة أخرى باستخدام sudo
error-invalid = في إعدادات { $tunnel } أخطاء
error-bad-request = لم تفهم خدمة Adit الطلب: { $detail }
error-changed = غيّر أحدٌ { $tunnel } في هذه الأثناء (إصداره الآن { $version })، فلم يُحفظ شيء
    .advice = انظر إليه ثم حاول مرة أخرى
error-interface-removed = أزال أحدٌ واجهة { $tunnel }
    .advice = شغّله من جديد
    .command = شغّله من جديد بالأمر: adit up { $argument }
error-broken = لا يمكن قراءة السجل المحفوظ لدى { $tunnel }
    .advice = أوقفه إن كان لا يزال يحجب شيئًا
    .command = إن كان لا يزال يحجب شيئًا فأنهِ ذلك بالأمر: adit down { $argument }
error-hooks-not-approved = لدى { $tunnel } أوامر ستُنفَّذ بصلاحيات root ولم يوافق عليها أحد
    .advice = اقرأها ووافق عليها
    .command = اقرأها ووافق عليها بالأمر: adit approve { $argument }
error-hooks-changed = أوامر { $tunnel } ليست التي وُوفق عليها
    .advice = اقرأها ووافق عليها من جديد
    .command = اقرأها من جديد بالأمر: adit approve { $argument }
error-draft-gone = لم يعد ما قُرئ من هذا الملف محفوظًا
    .advice = افتح الملف مرة أخرى
error-hook-failed = فشل أمر لدى { $tunnel } بالرمز { $exit }، فأُلغي كل شيء
error-hook-not-run = تعذّر تنفيذ أمر لدى { $tunnel } أو أنهته إشارة، فأُلغي كل شيء
error-busy = يجري الآن تشغيل { $tunnel } أو إيقافه
    .advice = حاول مرة أخرى بعد ذلك
error-not-up = { $tunnel } لا يعمل
    .advice = شغّله أولًا
    .command = شغّله بالأمر: adit up { $argument }
error-not-paused = { $tunnel } ليس متوقفًا مؤقتًا
error-needs-key = يطلب { $tunnel } مفتاحه الخاص الذي لا تحتفظ به الخدمة
    .advice = أدخل المفتاح
    .command = شغّله من طرفية، أو بمفتاح في ملف: adit up { $argument } --key-file FILE (`-` هو الدخل القياسي)
error-wrong-key = ليس هذا المفتاح الخاص لدى { $tunnel } الذي مفتاحه العام { $key }
error-key-not-kept = يطلب { $tunnel } مفتاحه الخاص، وهذا يحتاج إلى خدمة تحتفظ به
    .advice = اجعل الخدمة تحتفظ بالمفتاح
    .command = اجعلها تحتفظ به بالأمر: adit key { $argument } keep
error-no-rotation = لا ينتظر { $tunnel } مفتاحًا جديدًا
    .advice = أنشئ مفتاحًا
    .command = أنشئ مفتاحًا بالأمر: adit rotate { $argument } begin
error-rotation-pending = ينتظر { $tunnel } مفتاحًا جديدًا بالفعل
    .command = اعرضه بالأمر: adit rotate { $argument } show
error-rotation-not-answered = لم يُجب أي طرف لدى { $tunnel } على المفتاح الجديد، وبه سيصمت النفق
    .advice = أعطِ الأطراف مفتاحه العام
    .command = أعطِ الأطراف مفتاحه العام (adit rotate { $argument } show) أو أتمم على أي حال بالخيار --despite-silence
error-read-only = { $tunnel } موجود في { $path }، وهو ليس لـ Adit كي يزيله
    .advice = أزل هذا الملف فيزول النفق معه
error-unresolved = لا يمكن العثور على عنوان { $host } ({ $detail })
    .advice = تحقق من الاسم ومن وجود شبكة
error-no-permission = لم يُسمح لخدمة Adit بشيء ({ $doing })
    .advice = انظر في سجل الخدمة
    .command = انظر بالأمر: systemctl status aditd
error-missing-tun-device = ليس في هذا الحاسوب ‎/dev/net/tun الذي يحتاج إليه كل نفق
    .command = حمّله بالأمر: sudo modprobe tun
error-missing-dns-backend = للنفق خوادم DNS ولا تستطيع الخدمة ضبطها: systemd-resolved لا يعمل، ومن دون صلاحيات root و‎/etc قابل للكتابة لا تستطيع الخدمة استخدام `resolvconf` أو ‎/etc/resolv.conf
    .advice = ثبّت systemd-resolved، أو شغّل الخدمة بصلاحيات root (docs/DAEMON.md)، أو استخدم `sudo adit up FILE`، أو أزل سطر DNS
error-missing-packet-filter = يحتاج النفق إلى `nft` وهو غير مثبّت
    .advice = ثبّت الحزمة nftables
error-io = فشل { $doing }: { $detail }
error-too-many-look-ups = خوادم الأسماء لا تجيب، وتنتظرها { $limit } معاينات بالفعل
    .advice = حاول لاحقًا
error-too-large = هذا كبير جدًا: يمكن حمل { $limit } بايت على الأكثر
error-lockdown = { $tunnel } متوقف، وإغلاقه التام لا يسمح بمرور شيء خارجه
    .advice = يستطيع مسؤول إنهاء الإغلاق التام
    .command = أنهِ الإغلاق التام بصفة مسؤول بالأمر: sudo adit block { $argument } off
error-not-full-tunnel = لا يأخذ { $tunnel } كل الحركة، فالإغلاق التام سيقطع ما لا يأخذه
    .advice = أضف 0.0.0.0/0 أو ::/0 إلى AllowedIPs (واترك Table على auto)، أو أنهِ الإغلاق التام
    .command = أضف 0.0.0.0/0 أو ::/0 إلى AllowedIPs (واترك Table على auto)، أو أنهِ الإغلاق التام بالأمر: sudo adit block { $argument } off
error-shutting-down = خدمة Adit على وشك الانتهاء
    .advice = حاول مرة أخرى عندما تعود
error-internal = هذا خلل في Adit
    .advice = ما يُعرف عنه موجود في السجل
    .command = ما يُعرف عنه موجود في السجل: adit logs --level debug


## التعارضات

conflict-same-network = يأخذ { $other } الشبكة { $network } بالفعل
conflict-both-take-all = يأخذ { $other } كل الحركة بالفعل
conflict-same-address = لدى { $other } العنوان { $address } بالفعل
conflict-same-port = يستمع { $other } على منفذ UDP { $port } بالفعل
conflict-both-set-dns = يضبط { $other } خوادم DNS للحاسوب بالفعل
conflict-interface-exists = توجد واجهة { $interface } أنشأها برنامج آخر (إن كان wg-quick: adit take-over { $interface })
conflict-local-network = للشبكة التي فيها هذا الحاسوب ({ $interface }) العناوين { $network } أيضًا
conflict-other-vpn = تأخذ شبكة VPN أخرى ({ $interface }) كل الحركة بالفعل


## الإعدادات

severity-note = ملاحظة
severity-warning = تحذير
severity-error = خطأ
diagnostic = السطر { $line }، العمود { $column }: { $severity }: { $key }{ $problem }{ $advice }

field-private-key = PrivateKey
field-listen-port = ListenPort
field-fw-mark = FwMark
field-addresses = Address
field-dns = DNS
field-mtu = MTU
field-table = Table
field-save-config = SaveConfig
field-hooks = الأوامر
field-peer-added = طرف جديد
field-peer-removed = طرف مزال
field-peer-name = الاسم
field-preshared-key = PresharedKey
field-endpoint = Endpoint
field-further-endpoints = قيم Endpoint إضافية
field-allowed-ips = AllowedIPs
field-persistent-keepalive = PersistentKeepalive
field-text = النص

change-of-peer = { $field } لدى { $peer }
change-peer-added = الطرف { $peer } جديد
change-peer-removed = زال الطرف { $peer }
change-hooks = أوامر أخرى تحتاج إلى موافقة جديدة
change-text = تعليقات وترتيب ومسافات فقط
change-both = { $subject }: ‏{ $before } -> { $after }
change-set = { $subject }: ‏{ $after } (لم يكن مضبوطًا)
change-unset = { $subject }: غير مضبوط (كان { $before })
change-hidden = { $subject }: قيمة أخرى

change-effect-none = لا يغيّر شيئًا مما يعمل
change-effect-live = فورًا
change-effect-restart = عند التشغيل القادم


## أخطاء الإعدادات وتصحيحها

quoted = `{ $text }`
quoted-hidden = (لا يُعرض لأنه قد يكون مفتاحًا)
problem-unknown = خطأ لا يعرفه هذا الإصدار ({ $code })
problem-empty = الملف فارغ
problem-foreign = { $kind ->
    [openvpn] هذا ملف تعريف لـ OpenVPN وليس إعدادات WireGuard
    [ikev2_profile] هذا ملف تعريف من Apple لـ IKEv2 أو IPsec وليس إعدادات WireGuard
    [apple_profile] هذا ملف تعريف إعدادات من Apple وليس إعدادات WireGuard
    [cisco_pcf] هذا ملف تعريف لعميل IPsec من Cisco (‎.pcf) وليس إعدادات WireGuard
    [strongswan] هذه إعدادات IPsec (strongSwan) وليست إعدادات WireGuard
    [pem] هذا ملف PEM (شهادة أو مفتاح من نوع آخر) وليس إعدادات WireGuard
    [html] هذه صفحة ويب وليست إعدادات WireGuard
    [xml] هذا ملف XML وليس إعدادات WireGuard
    [json] هذا ملف JSON وليس إعدادات WireGuard
    [wireguard_link] هذا رابط wireguard:// وليس إعدادات WireGuard
    [link] هذا رابط (URL) وليس إعدادات WireGuard
    [zip] هذا أرشيف zip وليس إعدادات WireGuard
    [tar] هذا أرشيف tar وليس إعدادات WireGuard
    [compressed] هذا ملف مضغوط وليس إعدادات WireGuard
    [image] هذه صورة وليست إعدادات WireGuard
    [pdf] هذا ملف PDF وليس إعدادات WireGuard
    [program] هذا برنامج وليس إعدادات WireGuard
   *[other] هذه ليست إعدادات WireGuard
}
problem-missing-interface = القسم [Interface] مفقود
problem-too-many = النتائج كثيرة جدًا، ولا تُعرض بقيتها
problem-outside-section = يجب أن يكون السطر داخل قسم
problem-missing-equals = تنقص السطرَ علامةُ المساواة
problem-semicolon-comment = لا يبدأ `;` تعليقًا
problem-unknown-section = قسم مجهول { $text }
problem-spaces-in-header = مسافات داخل عنوان القسم لا يتعرف عليها wg-quick
problem-repeated-interface = قسم [Interface] ثانٍ (الأول في السطر { $first })؛ يُقرأ تتمةً له
problem-unknown-key = كلمة مفتاحية مجهولة { $text }
problem-nameless-key = يبدو هذا مفتاح تشفير، لكن لا يسبقه `NAME =`
problem-wrong-section = هذه الكلمة المفتاحية في القسم الخطأ
problem-dialect = { $kind ->
    [amneziawg] { $name } من AmneziaWG الذي يغيّر الحزم؛ هذا عميل WireGuard ولا يستطيع الوصول إلى خادم كهذا
    [wiresock] { $name } خيار في WireSock يحدد حركة النفق؛ لا أثر له هنا
    [android] لا معنى لـ { $name } إلا على Android، ويُتجاهل هنا
   *[other] { $name } من برنامج آخر
}
problem-empty-value = القيمة مفقودة
problem-left-out = القيمة مفقودة؛ يُتجاهل هذا السطر
problem-repeated-key = ذُكر مرة أخرى (أولًا في السطر { $first })؛ يُعتدّ بهذا
problem-invisible = يُقرأ محرف غير مرئي ({ $character }) مسافةً
problem-line-break = فاصل أسطر من نظام آخر ({ $character }) داخل السطر
problem-key = { $kind ->
    [length] مفتاح غير صالح: عدد محارفه { $characters }، وفي المفتاح 44 محرفًا
    [padding] مفتاح غير صالح: تنقص `=` في آخره
    [alphabet] مفتاح غير صالح: فيه محرف ليس من base64
    [url_safe] مفتاح غير صالح: مكتوب بصيغة base64 الخاصة بالروابط
    [hexadecimal] مفتاح غير صالح: مكتوب بالنظام الست عشري
    [not_canonical] مفتاح غير صالح: آخر محرف فيه قبل `=` لا يكون في مفتاح، فهو مكتوب خطأً أو مقطوع
    [zero] مفتاح غير صالح: كله أصفار
    [low_order] مفتاح غير صالح: هو من القلة التي لا يمكن أن ينشأ معها سر
   *[other] مفتاح غير صالح
}
problem-mask = هذا بديل عن مفتاح محفوظ، ولا مفتاح محفوظًا لهذا الموضع
problem-cidr = { $kind ->
    [empty] { $text }: فارغ
    [address] { $text }: ليس عنوان IPv4 أو IPv6
    [prefix] { $text }: طول البادئة ليس عددًا
    [netmask] { $text }: قناع الشبكة ليس طول بادئة
    [prefix_too_long] { $text }: طول البادئة أكبر من { $maximum }
   *[other] { $text }: ليس عنوانًا بطول بادئة
}
problem-empty-item = فاصلتان متتاليتان، أو فاصلة زائدة في أحد الطرفين
problem-endpoint = { $kind ->
    [empty] { $text }: فارغ
    [port_missing] { $text }: المنفذ مفقود
    [port] { $text }: المنفذ ليس عددًا من 1 إلى 65535
    [bracket] { $text }: القوس الختامي مفقود
    [ipv6] { $text }: ليس عنوان IPv6
    [name_in_brackets] { $text }: الأقواس لعناوين IPv6 لا للأسماء
    [ipv4] { $text }: ليس عنوان IPv4
    [name_empty] { $text }: ليس اسم مضيف: هو فارغ
    [name_too_long] { $text }: ليس اسم مضيف: فيه أكثر من 253 محرفًا
    [name_label] { $text }: ليس اسم مضيف: فيه جزء بين نقطتين فارغ أو أطول من 63 محرفًا أو يبدأ أو ينتهي بـ `-`
    [name_not_ascii] { $text }: ليس اسم مضيف: فيه حروف خارج ASCII؛ اكتبه بصيغة xn--
    [name_character] { $text }: ليس اسم مضيف: لا يمكن أن يحتوي على المحرف '{ $character }'
    [zone] { $text }: ليس بعد `%` واجهة
    [prefix] { $text }: ليس لنقطة النهاية طول بادئة
    [url] { $text }: عنوان URL ليس نقطة نهاية
   *[other] { $text }: ليس نقطة نهاية
}
problem-no-first-endpoint = قيم Endpoint إضافية لنظير بلا قيمة أولى تستعملها البرامج الأخرى
problem-too-many-endpoints = أكثر من 16 قيمة Endpoint لنظير واحد
problem-brackets = عنوان IPv6 بلا أقواس؛ يُعدّ العدد الأخير منفذًا
problem-number = { $kind ->
    [not_a_number] { $text } ليس عددًا
    [range] { $text } ليس بين { $minimum } و{ $maximum }
   *[other] لا يمكن استخدام { $text } هنا
}
problem-table = { $kind ->
    [word] { $text }: ليس `auto` ولا `off` ولا عددًا
    [range] { $text }: جدول التوجيه عدد من 1 إلى 4294967295
   *[other] { $text }: ليس جدول توجيه
}
problem-boolean = { $text } ليس `true` ولا `false`
problem-dns-server = { $text } ليس عنوان IP
problem-search-domain = { $kind ->
    [name_empty] { $text } ليس نطاق بحث: هو فارغ
    [name_too_long] { $text } ليس نطاق بحث: فيه أكثر من 253 محرفًا
    [name_label] { $text } ليس نطاق بحث: فيه جزء بين نقطتين فارغ أو أطول من 63 محرفًا أو يبدأ أو ينتهي بـ `-`
    [name_not_ascii] { $text } ليس نطاق بحث: فيه حروف خارج ASCII؛ اكتبه بصيغة xn--
    [name_character] { $text } ليس نطاق بحث: لا يمكن أن يحتوي على المحرف '{ $character }'
   *[other] { $text } ليس نطاق بحث
}
problem-hook = { $kind ->
    [empty] فارغ
    [control] لا يمكن أن يحتوي أمر على محرف التحكم '{ $character }'
   *[other] هذا ليس أمرًا
}
problem-hash-in-hook = `#` جزء من هذا الأمر، لكن wg-quick ينهي الأمر عنده
problem-missing-private-key = يجب أن يكون للواجهة مفتاح خاص
problem-private-key-from-hook = ليس للواجهة PrivateKey حتى يضبطه أمر
problem-missing-public-key = يجب أن يكون لكل طرف مفتاح عام، وليس لهذا الطرف مفتاح
problem-private-key-published = هذا مفتاح الواجهة الخاص الذي لا يجوز أن يعرفه أحد غيرها
problem-own-peer = هذا مفتاح الواجهة نفسها؛ يتجاهل WireGuard طرفًا كهذا
problem-zero-preshared-key = مفتاح من أصفار كعدم وجود مفتاح
problem-repeated-peer = هو الطرف نفسه الذي في السطر { $first }؛ وكما في wg تَغلب الإعدادات هنا ما سبقها، وتحل AllowedIPs هنا محل السابقة
problem-host-bits = بتات المضيف مضبوطة؛ يُقرأ على أنه { $value }
problem-no-prefix = لا طول بادئة؛ يُقرأ على أنه { $value }
problem-allowed-ip-moved = { $network } للطرف الذي في السطر { $first } أيضًا؛ ويأخذها هذا الطرف لأنه الأخير
problem-allowed-ip-repeated = ذُكر { $network } مرتين
problem-incremental = يحتاج `+` و`-` إلى wg 1.0.20250521 أو أحدث؛ ترفض الإصدارات الأقدم الملف
problem-nothing-to-remove = { $network } ليس في القائمة، فلا شيء يُزال
problem-too-many-allowed-ips = أكثر من 200000 مدخلة في AllowedIPs
problem-only-ipv4-default = يمر كل IPv4 عبر النفق ولا يمر IPv6
problem-only-ipv6-default = يمر كل IPv6 عبر النفق ولا يمر IPv4
problem-default-beside-others = { $others ->
    [one] يأخذ هذا الطرف كل ما ليس للطرف الآخر شبكة أضيق له
    [two] يأخذ هذا الطرف كل ما ليس للطرفين الآخرين شبكة أضيق له
    [few] يأخذ هذا الطرف كل ما ليس لـ { $others } أطراف أخرى شبكة أضيق له
    [many] يأخذ هذا الطرف كل ما ليس لـ { $others } طرفًا آخر شبكة أضيق له
   *[other] يأخذ هذا الطرف كل ما ليس لـ { $others } طرف آخر شبكة أضيق له
}
problem-unreachable = ليس لأي طرف Endpoint، ومن دون ListenPort لا يجد أحد هذا الجانب
problem-search-without-server = نطاقات بحث بلا خادم، فلا تُضبط (كما في wg-quick)
problem-small-mtu = تفشل برامج كثيرة تحت 576 بايت
problem-mtu-too-small-for-ipv6 = يحتاج IPv6 إلى 1280 بايت على الأقل؛ سيعطّله النظام على هذه الواجهة
problem-shared-private-key = للنفق { $tunnel } هذا المفتاح أيضًا، والطرف المشترك بينهما يعدّهما واحدًا

advice-add-sections = في الإعدادات قسم [Interface] وقسم [Peer] لكل طرف
advice-use-openvpn = يحتاج OpenVPN إلى عميله الخاص؛ اطلب من المزوّد إعدادات WireGuard
advice-use-ipsec = يحتاج IPsec إلى عميل آخر؛ اطلب من المزوّد إعدادات WireGuard
advice-unpack = فك ضغطه أولًا
advice-download-file = نزّل الملف نفسه لا الصفحة التي حوله
advice-ask-for-file = لا تتفق البرامج على روابط كهذه؛ اطلب الإعدادات ملف ‎.conf أو رمز QR
advice-follow-link = نزّل الملف الذي يشير إليه، أو أعطِ الرابط نفسه للأمر `adit import`
advice-add-section = ضع [Interface] أو [Peer] فوقه
advice-add-equals = اكتب NAME = VALUE، أو ابدأ السطر بـ `#` ليصير تعليقًا
advice-begin-comment = ابدأ التعليق بـ `#`
advice-suggest-section = هل تقصد { $suggestion }؟
advice-choose-section = القسمان هما [Interface] و[Peer]
advice-remove-spaces = أزل المسافات
advice-suggest-key = هل تقصد { $suggestion } (في { $section })؟
advice-name-key = اكتب PrivateKey =‎ أو PublicKey =‎ أو PresharedKey =‎ قبله
advice-move-key = مكانها { $section }
advice-remove-line = أزل السطر؛ AllowedIPs وحدها تحدد حركة النفق
advice-ask-for-plain-configuration = اطلب من المزوّد إعدادات WireGuard عادية
advice-add-value = اكتب قيمة، أو أزل السطر
advice-remove-one = أزل أحدهما
advice-save-line-ends = احفظ الملف بنهايات أسطر Unix أو Windows
advice-add-padding = أضف `=`
advice-replace-url-safe = اكتب `+` بدل `-` و`/` بدل `_`
advice-write-base64 = اكتبه بصيغة base64
advice-make-key = أنشئ مفتاحًا بالأمر `adit genkey`
advice-copy-private-key = انسخ المفتاح كاملًا: 44 محرفًا آخرها `=`؛ يُنشئ الأمر `adit genkey` مفتاحًا
advice-copy-preshared-key = انسخ المفتاح كاملًا: 44 محرفًا آخرها `=`؛ يُنشئ الأمر `adit genpsk` مفتاحًا
advice-copy-key = انسخ المفتاح كاملًا: 44 محرفًا آخرها `=`
advice-write-masked-key = اكتب المفتاح نفسه، أو أعد السطر إلى موضعه
advice-write-prefix = اكتب ‎/{ $prefix }
advice-write-shorter-prefix = اكتب طول بادئة من 0 إلى { $maximum }
advice-write-address = اكتبه مثل 10.0.0.2/32 أو fd00::2/128
advice-write-network = اكتبها مثل 10.0.0.0/24 أو 0.0.0.0/0 أو fd00::/64
advice-remove-comma = أزل الفاصلة
advice-add-port = أضف منفذًا كما في vpn.example.org:51820 أو ‎[2001:db8::1]:51820
advice-remove-prefix = أزل `/` والعدد الذي بعدها
advice-write-port = اكتب المنفذ عددًا من 1 إلى 65535
advice-remove-brackets = اكتب الاسم بلا أقواس كما في vpn.example.org:51820
advice-write-first-endpoint = اكتب الأولى هكذا: Endpoint = host:port
advice-close-bracket = أغلق القوس كما في ‎[2001:db8::1]:51820
advice-write-ipv6-endpoint = اكتبه مثل ‎[2001:db8::1]:51820 أو ‎[fe80::1%eth0]:51820
advice-write-ascii-name = اكتب الاسم بصيغة xn--
advice-write-endpoint = اكتبه مثل vpn.example.org:51820 أو 192.0.2.1:51820
advice-write-value = اكتب { $value }
advice-write-comment = تبدأ التعليقات بـ `#`
advice-write-listen-port = اكتب عددًا من 0 إلى 65535؛ مع 0 يختار النظام
advice-write-fwmark = اكتب `off` أو عددًا أو 0x تتبعها أرقام ست عشرية؛ بحد أقصى 32 بتًا
advice-write-mtu = اكتب عددًا من 68 إلى 65535، أو احذف السطر لتُعرف القيمة تلقائيًا
advice-write-keepalive = اكتب `off` أو عدد ثوانٍ من 1 إلى 65535
advice-write-table = اكتب `auto` أو `off` أو عددًا من 1 إلى 4294967295
advice-write-boolean = اكتب `true` أو `false`
advice-remove-dns-port = اكتب { $value }: يُسأل خادم DNS على المنفذ 53 دائمًا
advice-write-plain-dns-server = لا يمكن ضبط DNS عبر HTTPS أو TLS هنا؛ اكتب عنوان خادم مثل 10.0.0.53
advice-write-dns-server = اكتب عنوانًا مثل 10.0.0.53 بلا منفذ ولا طول بادئة
advice-write-search-domain = اكتب نطاقًا مثل corp.example: حروف وأرقام و`-` و`_` بينها نقاط
advice-add-private-key = أضف PrivateKey = …‎ الذي يُنشئه الأمر `adit genkey`
advice-add-public-key = أضف PublicKey = …‎؛ اطلب هذا المفتاح من مدير الطرف
advice-replace-private-key = ضع هنا المفتاح العام للطرف الآخر؛ وإن سُلّم هذا الملف إلى أحد فأنشئ مفتاحًا خاصًا جديدًا
advice-add-ipv6-default = أضف ::/0 إلا إذا كان ذلك مقصودًا
advice-add-ipv4-default = أضف 0.0.0.0/0 إلا إذا كان ذلك مقصودًا
advice-add-endpoint = أضف Endpoint إلى أحد الأطراف، أو ListenPort هنا
advice-add-dns-server = أضف عنوان خادم DNS
advice-move-comment = إن كان بداية تعليق فانقله إلى سطر مستقل
advice-make-own-key = أعطِ كل نفق وكل جهاز مفتاحًا خاصًا به


## ملفات لا يمكن أن تصير نفقًا

refusal-unknown = لا يمكن أن يصير هذا نفقًا ({ $code })
refusal-too-large = حجم الملف { $bytes } بايت؛ لا تزيد الإعدادات على 1 MiB
refusal-utf16 = النص بترميز UTF-16؛ احفظه بترميز UTF-8
refusal-nul = السطر { $line }، العمود { $column }: لا يمكن أن تحتوي الإعدادات على بايت NUL
refusal-not-utf8 = السطر { $line }، العمود { $column }: ليس UTF-8 (ربما Latin-1 أو Windows-1252)؛ احفظ الملف بترميز UTF-8
refusal-foreign = { problem-foreign }
refusal-not-configuration = هذه ليست إعدادات WireGuard التي فيها قسم [Interface]
refusal-errors = السطر { $line }، العمود { $column }: { $key }{ $problem }{ $advice }{ $others ->
    [0] {""}
    [one] {" "}(ونتيجة أخرى)
    [two] {" "}(ونتيجتان أخريان)
    [few] {" "}(و{ $others } نتائج أخرى)
   *[other] {" "}(و{ $others } نتيجة أخرى)
}
refusal-name = { $kind ->
    [empty] لا يمكن أن يكون اسم النفق فارغًا
    [too_long] لا يزيد اسم النفق على 64 محرفًا، وفي هذا { $characters }
    [invisible] المحرف '{ $character }' غير مرئي أو يغيّر مظهر غيره؛ احذفه
    [like_a_path] لا يمكن أن يبدأ اسم النفق بـ `-` أو `.` ولا أن يحتوي على `/` أو `\`
    [space] لا يمكن أن يبدأ اسم النفق أو ينتهي بمسافة
   *[other] لا يُستخرج من اسم الملف اسم نفق
}
refusal-archive-too-large = حجم الأرشيف { $bytes } بايت؛ الحد الأقصى المقبول 16 MiB
refusal-archive-too-many-entries = في الأرشيف أكثر من 10000 مدخلة؛ قسّمه
refusal-archive-damaged = الأرشيف تالف أو مقطوع؛ انسخه أو نزّله مرة أخرى
refusal-archive-trailing = توجد بيانات أخرى بعد الأرشيف؛ احزم الملفات من جديد
refusal-archive-overlapping = تتداخل مدخلات الأرشيف، ولا يكتب ذلك برنامج سليم؛ احزم الملفات من جديد
refusal-archive-unpacked = يتجاوز الأرشيف بعد فك ضغطه 64 MiB؛ قسّمه
refusal-archive-missing = هذا مضغوط وليس فيه أرشيف tar؛ فك ضغطه أولًا
refusal-archive-empty = ليس في الأرشيف ملف
refusal-entry-path-too-long = مسار المدخلة أطول من 1024 بايت
refusal-entry-encrypted = المدخلة معمّاة؛ فك ضغط الأرشيف بكلمة مروره واستورد الملفات
refusal-entry-not-a-file = المدخلة رابط أو جهاز وليست ملفًا
refusal-entry-hidden = المدخلة مخفية: يبدأ اسمها بنقطة؛ غيّر اسمها كي تُستورد
refusal-entry-same-name = لمدخلة سابقة في الأرشيف هذا الاسم (لا فرق بين الحروف الكبيرة والصغيرة)؛ غيّر اسم إحداهما
refusal-entry-nested = هذا أرشيف داخل الأرشيف؛ فك ضغطه أولًا
refusal-entry-method = المدخلة مضغوطة بطريقة غير معروفة هنا؛ احزم الملفات من جديد
refusal-entry-too-large = تتجاوز المدخلة بعد فك ضغطها 1 MiB، ولا تبلغ ذلك أي إعدادات
refusal-entry-bomb = تتجاوز المدخلة بعد فك ضغطها 100 ضعف حجمها، كما تفعل قنابل فك الضغط
refusal-entry-damaged = المدخلة تالفة
refusal-picture-format = لا يمكن قراءة صور من هذا النوع؛ احفظها بصيغة PNG أو JPEG أو WebP
refusal-picture-too-large = حجم الصورة { $bytes } بايت؛ الحد الأقصى المقبول 10 MiB: اقتطع رمز QR
refusal-picture-too-many-pixels = في الصورة { $width } x { $height } بكسل، وهذا كثير جدًا؛ اقتطع رمز QR
refusal-picture-damaged = الصورة تالفة أو مقطوعة؛ انسخها أو نزّلها مرة أخرى
refusal-picture-no-code = لا يظهر في الصورة رمز QR؛ يجب أن يكون واضحًا ومستقيمًا وحوله هامش أبيض
refusal-picture-unreadable = لا يمكن قراءة رمز QR؛ التقط له صورة أوضح من الأمام مباشرة
refusal-picture-too-confusing = الصورة مشوشة جدًا للبحث فيها عن رمز QR؛ اقتطع الرمز مع هامش أبيض
refusal-not-base64 = بايتات الملف ليست بصيغة base64
refusal-pictures-too-many-pixels = في الصور معًا أكثر من 160 ميغابكسل؛ استورد عددًا أقل في المرة الواحدة
refusal-files-too-large = في الملفات أكثر من 64 MiB من الإعدادات؛ استورد عددًا أقل في المرة الواحدة
refusal-files-too-many = هناك أكثر من 1,000 ملف أو أكثر من 32 MiB؛ تُرك الباقي، استورده على حدة
refusal-file-too-large = الملف أكبر من 16 MiB وهو أكثر ما يُقبل
refusal-file-unreadable = الملف غير موجود أو ليس ملفًا أو لا تجوز قراءته
refusal-folder-empty = لا يوجد ملف ‎.conf في هذا المجلد
refusal-folder-too-many-files = في هذا المجلد أكثر من 10,000 ملف ‎.conf؛ استوردها على أجزاء
refusal-folder-unreadable = لا يمكن قراءة المجلد: { $why }


## ما سيفعله تشغيل النفق

preview-interface = سينشئ الواجهة { $interface } مع MTU { $mtu } ({ $source })
mtu-configured = كما في الإعدادات
mtu-route = من المسار إلى الأطراف
mtu-assumed = مفترض لعدم وجود مسار إلى الأطراف
preview-label-address = عنوان
preview-label-port = منفذ
preview-port = منفذ UDP { $port }
preview-label-peer = طرف
preview-peer = { $name } عند { $endpoint }
preview-peer-found = { $name } عند { $endpoint } وهو { $address }
preview-peer-not-found = { $name } عند { $endpoint } وهو غير معروف الآن
preview-peer-waits = { $name } وعليه أن يبدأ
preview-more-peers = و{ $count ->
    [one] طرف آخر
   *[other] { $count } أطراف أخرى
}
preview-more-effects = و{ $count ->
    [one] تغيير آخر
   *[other] { $count } تغييرات أخرى
}
effect-label-route = مسار
effect-route = { $network } ({ $detail })
effect-takes-all-ipv4 = كل IPv4{ $except } ({ $detail })
effect-takes-all-ipv6 = كل IPv6{ $except } ({ $detail })
effect-except = ، عدا { $networks }
effect-private-networks = الشبكات الخاصة هنا
effect-endpoints-outside = { $networks } عدا الحزم المعمّاة ({ $detail })
effect-label-dns = DNS
effect-dns = { $servers } ({ $by })
effect-dns-only = { $servers } للأسماء في { $domains } وحدها ({ $by })
effect-dns-by = بواسطة { $detail }
effect-dns-impossible = لا شيء هنا يستطيع ضبطه، فلن يعمل النفق
effect-label-search = بحث
effect-label-firewall = جدار
effect-addresses-guarded = يُسقط ما يصل إلى عناوين النفق عبر واجهات أخرى
effect-answers-accepted = يسمح لأجوبة الأطراف بعبور الفحص الصارم للمسار العكسي
effect-kill-switch = لا يُخرج شيئًا لا يمر في النفق
effect-label-runs = ينفّذ
effect-label-not-run = لا ينفّذ
effect-command-hidden = (مخفي؛ يُعرض باستخدام sudo)


## تحذيرات حول نفق

warning-ipv6-outside = يمر IPv6 خارج هذا النفق لأن ذلك مسموح (أو لأن هذا الحاسوب بلا IPv6)؛ في AllowedIPs يوجد 0.0.0.0/0 ولا يوجد ::/0
warning-ipv6-closed = IPv6 مغلق ما دام النفق يعمل: في AllowedIPs يوجد 0.0.0.0/0 ولا يوجد ::/0
    .advice = أضف ::/0 لإرسال IPv6 عبر النفق، أو اسمح بخروجه خارج النفق
    .command = أضف ::/0 لإرسال IPv6 عبر النفق، أو اسمح بخروجه خارج النفق بالأمر: sudo adit ipv6 { $argument } allow
    .option = أضف ::/0 لإرسال IPv6 عبر النفق، أو اسمح بخروجه خارج النفق بالأمر: --allow-ipv6
warning-ipv4-outside = يمر IPv4 خارج هذا النفق: في AllowedIPs يوجد ::/0 ولا يوجد 0.0.0.0/0
    .advice = أضف 0.0.0.0/0 لإرساله عبر النفق
warning-no-firewall = nft غير مثبّت، فتُقبل الحزم الموجّهة إلى عناوين النفق من واجهات أخرى، ويُسقط الترشيح الصارم للمسار العكسي ردود الأطراف الأخرى
    .advice = ثبّت nftables
warning-hooks-not-approved = لم تُقبل الأوامر، فلن يعمل النفق
    .advice = اقرأها ووافق عليها
    .command = اقرأها بالأمر: adit approve { $argument }
warning-hooks-in-sh = bash غير مثبّت، فتُنفَّذ الأوامر في sh: ما لا يفهمه إلا bash مثل <(...) و[[ ... ]] يفشل
    .advice = ثبّت bash
warning-search-without-server = في DNS نطاقات بحث ({ $domains }) بلا خادم، فلا تُضبط (كما في wg-quick)
warning-split-dns-left-out = لا يستطيع هذا الحاسوب سؤال خوادم DNS للنفق عن { $domains } وحدها، فيسألها عن كل الأسماء
    .advice = يستطيع systemd-resolved ذلك، وكذلك openresolv مع dnsmasq أو unbound
warning-mtu-too-large = MTU = { $mtu } أكبر مما يسعه الطريق إلى الطرف: تضيع الحزم بهذا الحجم
    .advice = اكتب MTU = { $fits } أو أزل السطر
warning-ipv6-left-out = ليس للنفق IPv6 هنا ويعمل بـ IPv4 وحده، لأن { $because }
warning-unresolved = لا يمكن العثور على عنوان { $host } الآن؛ سيُبحث عنه مرة أخرى
warning-not-looked-up = لا يُبحث عن عنوان { $host } لمستخدمين يحق لهم النظر فقط
warning-file-readable-by-others = يستطيع آخرون قراءة { $path } وفيه مفاتيح
    .advice = اجعل قراءته لمالكه وحده
    .command = أصلح ذلك بالأمر: chmod 600 { $path }


## لماذا تسلك الحزم مسارًا

route-narrowest = { $network } أضيق شبكة فيها هذا العنوان
route-takes-all = يأخذ النفق كل شيء ({ $detail })
route-private-network = { $network } شبكة محلية وتبقى خارجًا بينما يأخذ نفق كل ما عداها
route-own-address = هو هذا الحاسوب نفسه
route-no-tunnel = لا يحويه أي نفق يعمل
route-through = يمر { $ip } عبر { $tunnel } إلى الطرف { $peer }: { $why }
route-outside = يمر { $ip } خارج كل الأنفاق: { $why }
route-outside-over = يمر { $ip } خارج كل الأنفاق عبر { $interface }: { $why }
route-no-peer = يدخل { $ip } إلى { $tunnel } ويُسقط هناك: ليس في AllowedIPs لأي طرف
route-other = كان يمكن أن يمر عبر { $tunnel } إلى الطرف { $peer } الذي لديه { $network }


## ما تعرضه القوائم و`adit status` عن نفق

status-label-addresses = العناوين
status-label-also-tries = يجرّب أيضًا
status-label-at-start = عند الإقلاع
status-label-commands = الأوامر
status-label-conflict = تعارض
status-label-differs = اختلاف
status-label-file = الملف
status-label-handshake = المصافحة
status-label-ipv6 = IPv6
status-label-key = المفتاح
status-label-lan = LAN
status-label-namespace = فضاء الأسماء
status-label-note = ملاحظة
status-label-port = منفذ UDP
status-label-preshared-key = المفتاح المشترك
status-label-private-key = المفتاح الخاص
status-label-problem = مشكلة
status-label-rate = السرعة
status-label-received = المستقبَل
status-label-reminder = التذكير
status-label-retry = محاولة تالية
status-label-routing-loop = حلقة توجيه
status-label-sent = المرسَل
status-label-since = منذ
status-label-state = الحالة
status-label-up = يعمل
status-label-warning = تحذير
status-label-why = السبب

status-no-tunnels = لا توجد أنفاق
    .command = استوردها بالأمر: adit import FILE
status-key-age = عمره { $span } على الأقل
status-key-age-old = عمره { $span } على الأقل، وحان وقت تغييره
status-key-asked = يُطلب عند كل بدء؛ لا تحفظه الخدمة
status-new-key = ينتظر { $key }، أُنشئ { $ago }
status-starts-at-boot = يعمل مع إقلاع الحاسوب
status-stays-off = يبقى متوقفًا
status-lan-allowed = مسموحة
status-lan-blocked = محجوبة
status-ipv6-outside = يجوز أن يمر خارج النفق إذا كان يأخذ كل IPv4 ولا شيء من IPv6
status-reminder = { $days ->
    [one] عندما يبلغ عمر مفتاح يومًا واحدًا
   *[other] عندما يبلغ عمر مفتاح { $days } من الأيام
}
status-hooks-approved = موافَق عليها
status-hooks-not-approved = غير موافَق عليها
    .command = اقرأها ووافق عليها بالأمر: adit approve { $argument }
status-unusable = في الإعدادات أخطاء
    .command = اعرضها بالأمر: adit edit { $argument }
status-retry-in = بعد { $span }
status-no-retry = ليس تلقائيًا
status-up-for = منذ { $span }
status-other-namespace = نُقلت الواجهة إلى فضاء أسماء شبكي آخر؛ تخرج الحزم المشفرة من هذا
status-data-path = { $queues ->
    [one] طابور واحد
   *[other] { $queues } طوابير
}؛ التفريغ: { $offloads }
status-data-path-plain = { $queues ->
    [one] طابور واحد
   *[other] { $queues } طوابير
} بلا تفريغ
status-offload-tun-tcp = مقاطع TCP
status-offload-tun-udp = مقاطع UDP
status-offload-send = إرسال مجمّع
status-offload-receive = استقبال مجمّع
status-routing-loops = { $count ->
    [one] عادت حزمة مشفرة واحدة إلى النفق وأُسقطت
   *[other] عاد { $count } من الحزم المشفرة إلى النفق وأُسقطت
}: الطريق إلى نقطة نهاية طرف يمر عبر النفق
    .command = أزل المسار أو القاعدة التي ترسلها إليه؛ اعرضه بالأمر: ip route get ENDPOINT
status-differs = يختلف النفق العامل عن إعداداته المحفوظة
    .command = طبّق الإعدادات بالأمر: adit reload { $argument }
status-peer-from-outside = ليس في الإعدادات؛ أضافه برنامج آخر
status-endpoint-none = لا توجد؛ ينتظر أن يبدأ الطرف الآخر
status-endpoint-resolved = { $endpoint } وهو { $address }
status-endpoint-moved = { $address }، انتقل (المُعدّ: { $endpoint })
status-more-networks = و{ $count } أخرى
status-preshared-key-set = مضبوط
status-keepalive = كل { $seconds } ث
status-more-peers = { $count ->
    [one] طرف آخر واحد
   *[other] { $count } أطراف أخرى
}
    .command = اعرضها كلها بالأمر: adit status --all-peers { $argument }


## إصدارات الإعدادات ومفتاح جديد

version-line = { $ago }، { $origin }
version-line-current = { $ago }، { $origin } (الحالي)
version-imported = مستورد
version-edited = محرَّر
version-restored = الإصدار { $version } مرة أخرى
version-rotated = مفتاح جديد
version-saved = حُفظ مما كان يعمل

rotation-answered = { $peer }: يعرف المفتاح الجديد
rotation-silent = { $peer }: لا يجيب على المفتاح الجديد
rotation-not-asked = { $peer }: ليس له نقطة نهاية فتعذّر سؤاله


## الأحداث

event-added = { $tunnel } جديد
event-changed = { $tunnel }: { $state }
event-removed = أُزيل { $tunnel }
event-traffic = { $tunnel }: { $traffic }
event-key-old = { $tunnel }: مفتاحه قديم؛ أعطه مفتاحًا جديدًا
event-preshared-key-old = { $tunnel }: مفتاحه المشترك مع { $peer } قديم؛ أعط كليهما مفتاحًا جديدًا

## On-demand rules
error-no-such-rule = لا توجد قاعدة { $number }
error-network-none = الحاسوب ليس الآن في أي شبكة يمكن لقاعدة التعرّف عليها
error-network-nothing-known = لا يُعرف عن هذه الشبكة ما يميّزها عن غيرها
error-network-gateway-unknown = لم تُجب بوابة شبكة Wi-Fi هذه بعد، والاسم وحده لا يثبت شيئًا؛ حاول بعد لحظة
event-rules-changed = تغيّرت القواعد أو الشبكات التي تنظر إليها
log-rules-set = استبدل { $by } القواعد (المراجعة { $revision })
log-rules-broken = لا يمكن استخدام القواعد المحفوظة، فتسري أكثرها حماية: { $error }
log-rules-acted = { $source }، في { $networks }: { $action }؛ مفتاح القطع: { $switch }
log-rule-not-carried-out = تعذّر تنفيذ ما تريده القواعد: { $error }
log-choice-on = شُغّل يدويًا؛ تحترم القواعد ذلك حتى تتغيّر الشبكة
log-choice-off = أُوقف يدويًا؛ تحترم القواعد ذلك حتى تتغيّر الشبكة
log-choice-ended = عادت القواعد تقرّر
log-rules-paused = القواعد متوقفة مؤقتًا حتى تتغيّر الشبكة
log-rules-paused-for = القواعد متوقفة مؤقتًا مدة { $span }
log-rules-resumed = انتهى توقف القواعد المؤقت
log-auto-off-reached = يتوقف لأن وقته انتهى
log-next-endpoint-tried = الخادم لا يجيب، فيُجرَّب عنوانه التالي
log-endpoint-chosen = يستعمل النفق الآن هذا الـ Endpoint: { $endpoint }
log-routing-changed = ينقل الآن شبكات أخرى بالجلسة نفسها
log-networks-unknown = لا يمكن مراقبة الشبكات، فتسري النتيجة الأكثر حماية من القواعد: { $error }
rules-none = لا توجد قواعد
rules-source-rule = القاعدة { $number }
rules-source-named = القاعدة { $number } ({ $name })
rules-reason = القاعدة { $number }: { $what }
rules-reason-otherwise = الافتراضي، إذ لا تنطبق أي قاعدة
rules-source-otherwise = الافتراضي
rules-source-fail-secure = لا افتراضي في القواعد، فالأكثر حماية
rules-up = مشغّل: { $tunnels }
rules-down = لا نفق من القواعد مشغّل
rules-leave = تبقى كل الأنفاق كما هي
rules-with-mode = { $tunnel } ({ $mode })
rules-mode-everything = كل شيء
rules-mode-except-lan = كل شيء عدا هذه الشبكة المحلية
rules-mode-private = النطاقات الخاصة
rules-mode-only = { $networks } فقط
rules-kill-switch-off = متوقف
rules-kill-switch-when-untrusted = فقط عند عدم الثقة
rules-kill-switch-always = دائمًا
rules-as-tunnel = حسب ضبط كل نفق
rules-switch-open = مفتوح
rules-switch-closed = مغلق
rules-verdict-matched = تنطبق
rules-verdict-not-matched = لا تنطبق
rules-verdict-unknown = غير معروف
rules-seen-no-facts = لا يُعرف شيء عن الشبكات
rules-seen-no-network = في لا شبكة
rules-seen-network = في شبكة
rules-seen-nothing = لا شيء
rules-no-known-network = لا شبكة معروفة
rules-seen-yes = نعم
rules-seen-no = لا
rules-seen-home-not-asked = لم يُسأل بعد
rules-seen-home-no-answer = لم يُجب أحد
rules-uncertain = ليست كل الحقائق معروفة، فيسري الاحتمال الأكثر حماية
rules-missing = هذه الأنفاق غير موجودة: { $tunnels }
rules-decided = { $source }: { $action }؛ مفتاح القطع: { $switch }
rules-pending = بعد { $span }: { $action }؛ مفتاح القطع: { $switch }
rules-choice-on = شُغّل { $tunnel } يدويًا؛ تعود القواعد تقرّر في الشبكة التالية
rules-choice-off = أُوقف { $tunnel } يدويًا؛ تعود القواعد تقرّر في الشبكة التالية
rules-at-the-latest = { $line } (على الأكثر بعد { $span })
rules-auto-off = يتوقف { $tunnel } بعد { $span }
rules-failing = خادم { $tunnel } لا يجيب
rules-broken = لا يمكن قراءة القواعد المحفوظة، فتسري أكثرها حماية؛ استبدلها
problem-rule-unknown-statement = لا تبدأ { $text } قاعدة ولا إعدادًا
problem-rule-expected = { $kind ->
    [condition] شرط
    [and_or_then] `and` / `then`
    [action] `up`, `down` / `leave`
    [tunnel_name] اسم نفق
    [kill_switch] `kill switch`
    [kill_switch_setting] `always`, `only when untrusted` / `off`
    [wifi_name] اسم شبكة Wi-Fi بين علامتي اقتباس
    [mac] عنوان عتاد
    [network] شبكة
    [suffix] لاحقة DNS
    [public_key] مفتاح عام
    [window] نافذة زمنية
    [seconds] مدة
    [step] `next endpoint`, `up` / `down`
    [when] `when`
   *[word] `{ $word }`
} متوقع هنا, { $found ->
    [end] وينتهي السطر
   *[other] لا { $text }
}
problem-rule-leftover = القاعدة مكتملة، و{ $text } زائدة
problem-rule-unknown-condition = لا يوجد شرط { $text }
problem-rule-unclosed = علامة الاقتباس الثانية ناقصة
problem-rule-typographic-quote = { $character } ليست علامة اقتباس هذه اللغة
problem-rule-escape = في اسم، تأتي الشرطة المائلة العكسية قبل `\` أو `"` أو `x` ورقمين ست عشريين
problem-rule-pattern = { $kind ->
    [empty] لا يمكن أن يكون النمط فارغًا؛ `*` تعني كل اسم
    [escape] بعد شرطة مائلة عكسية يمكن أن يأتي `*` أو `?` أو `!` أو `"` أو `\` أو `x` ورقمان ست عشريان
   *[too_long] لاسم Wi-Fi ‏32 بايت على الأكثر، وهذا يحتاج { $bytes }
}
problem-rule-mac = ليست { $text } عنوان عتاد
problem-rule-host-bits = هذا عنوان مضيف وليس شبكة
problem-rule-suffix = ليست { $text } لاحقة DNS
problem-rule-public-key = هذا ليس مفتاحًا عامًا
problem-rule-window = { $kind ->
    [time] { $text }: الوقت بين 00:00 و24:00
    [empty] { $text }: تبدأ النافذة وتنتهي في الوقت نفسه
   *[form] ليست { $text } نافذة زمنية
}
problem-rule-seconds = { $kind ->
    [range] { $text }: المدة من 5 s إلى 168 h
   *[form] ليست { $text } مدة
}
problem-rule-name = { $kind ->
    [empty] لا يمكن أن يكون الاسم فارغًا
    [too_long] للاسم 64 حرفًا على الأكثر، ولهذا { $characters }
    [invisible] الحرف { $character } لا يُرى أو يغيّر شكل غيره
   *[space] لا يمكن أن يبدأ الاسم أو ينتهي بمسافة
}
problem-rule-repeated = قيل هذا للمرة الثانية (أولًا في السطر { $first })
problem-rule-after-otherwise = لا تُبلغ هذه القاعدة أبدًا: `otherwise` في السطر { $first } تسري في كل مكان
problem-rule-label = للقواعد وحدها أسماء
problem-rule-too-many = هناك أخطاء أخرى لا تُعرض
problem-rule-name-alone = تثق هذه القاعدة بشبكة Wi-Fi باسمها وحده، ويمكن لأي أحد استخدامه
problem-rule-any-network = تثق هذه القاعدة بشبكات لا تعرفها
problem-rule-relaxes-on-open = تحمي هذه القاعدة أقل في Wi-Fi بلا كلمة مرور
problem-rule-never-reached = لا تُبلغ هذه القاعدة أبدًا: تنطبق قاعدة السطر { $first } حيثما تنطبق هذه
problem-rule-never-matches = الشروط يستبعد بعضها بعضًا، فلا تنطبق هذه القاعدة أبدًا
problem-rule-tunnel-unknown = لا يوجد نفق { $tunnel }
problem-rule-no-default = لا تقول القواعد ما يسري إن لم تنطبق أي منها، ولا نفق يمكن تشغيله بدلًا
advice-rule-did-you-mean = هل تقصد `{ $suggestion }`؟
advice-rule-begin-line = يبدأ السطر بأحد `when`, `otherwise`, `kill switch`, `without answer`, `manual choice`
advice-rule-choose-condition = الشروط هي `wifi`, `wifi "NAME"`, `wifi open`, `ethernet`, `cellular`, `other network`, `bssid`, `gateway`, `subnet`, `dns suffix`, `metered`, `time`, `other vpn`, `home probe`, `no network`، وكل منها بعد `not` أيضًا
advice-rule-expected = اكتب مثلًا `when wifi "Home" and gateway aa:bb:cc:dd:ee:ff then down`
advice-rule-join = اربط الشروط بـ `and`، واكتب `, kill switch …` في النهاية
advice-rule-quote = اكتب `"` قبل الاسم وبعده
advice-rule-double-backslash = اكتب `\\` للشرطة المائلة العكسية
advice-rule-write-mac = اكتب ستة أزواج من الأرقام الست عشرية، مثل `aa:bb:cc:dd:ee:ff`
advice-rule-write-suffix = اكتب نطاقًا، مثل `corp.example`
advice-rule-write-public-key = اكتب 44 حرفًا من base64، آخرها `=`
advice-rule-write-window = اكتب أيامًا مثل `mon-fri`، أو أوقاتًا مثل `22:00-06:00`، أو كليهما
advice-rule-write-seconds = اكتب رقمًا ووحدة، مثل `30 s` أو `5 min` أو `2 h`
advice-rule-move-up = انقلها فوق ذلك السطر
advice-rule-remove-label = أزل الاسم ونقطتيه
advice-rule-add-proof = أضف عنوان عتاد البوابة أو مسبار المنزل
advice-rule-add-default = اكتب ما يسري حينئذ: `otherwise up TUNNEL`


## أنفاق wg-quick

takeover-off = متوقف
takeover-off-boots = متوقف، وتعمل { $service } مع إقلاع الحاسوب
takeover-up = يعمل بواسطة wg-quick
takeover-up-boots = يعمل بواسطة wg-quick، وتعمل { $service } مع إقلاع الحاسوب
takeover-by-service = يعمل بواسطة { $service }
takeover-by-service-boots = يعمل بواسطة { $service } التي تعمل مع إقلاع الحاسوب


## ما يُظهره تقريران عن نفق واحد

finding-same-key = للطرفين المفتاح العام نفسه: هذان تقريران من طرف واحد، أو يُستخدم مفتاح خاص واحد عند كليهما وكلٌّ منهما يحتاج إلى مفتاحه
finding-not-up = { $end ->
    [here] هذا الطرف
   *[there] الطرف الآخر
} لا يعمل
finding-no-key = { $end ->
    [here] ليس لهذا الطرف
   *[there] ليس للطرف الآخر
} مفتاح خاص في إعداداته
finding-unknown-key = { $end ->
    [here] لا يعرف هذا الطرف المفتاح العام للطرف الآخر
   *[there] لا يعرف الطرف الآخر المفتاح العام لهذا الطرف
} (لديه { $keys })؛ يحتاج قسم [Peer] لديه إلى: PublicKey = { $key }
finding-unknown-key-no-peer = { $end ->
    [here] لا يعرف هذا الطرف المفتاح العام للطرف الآخر
   *[there] لا يعرف الطرف الآخر المفتاح العام لهذا الطرف
} (ليس لديه أي طرف)؛ يحتاج قسم [Peer] لديه إلى: PublicKey = { $key }
finding-preshared-key-on-one-end = { $end ->
    [here] لهذا الطرف مفتاح مشترك وليس للآخر
   *[there] للطرف الآخر مفتاح مشترك وليس لهذا
}: يحتاج كلاهما إلى المفتاح نفسه، أو لا أحد منهما
finding-same-address = للطرفين العنوان { $addresses } في النفق؛ يحتاج كلٌّ منهما إلى عنوانه
finding-no-endpoint = لا يعرف أي طرف أين الآخر، فلا يستطيع أحدهما أن يبدأ: يحتاج أحدهما إلى Endpoint والآخر إلى ListenPort يُوصل إليه من الخارج (على الموجّه أمامه أن يمرر منفذ UDP هذا). وإذا كان كلاهما خلف موجّهات لا يستطيع أحد ضبطها، كما مع عناوين من 100.64.0.0/10، فعلى حاسوب ثالث يصل إليه الاثنان أن ينقل الحزم
finding-preshared-keys-differ = تصل المصافحات ولا تجتاز التحقق، والمفاتيح العامة متوافقة: الأرجح أن المفتاحين المشتركين مختلفان؛ أنشئ واحدًا بالأمر adit genpsk واضبطه عند الطرفين
finding-clocks = بحسب ساعتي الطرفين بين التقريرين { $span }: إن كانا في الوقت نفسه فإحدى الساعتين خاطئة
finding-mtu = قيمة MTU هنا { $here } وهناك { $there }؛ إذا علقت الحزم الكبيرة فاضبط { $smaller } عند الطرفين
finding-address-not-allowed = { $from ->
    [here] يُسقط الطرف الآخر ما يرسله هذا الطرف من عنوانه
   *[there] يُسقط هذا الطرف ما يرسله الطرف الآخر من عنوانه
} ولا يرسل إليه شيئًا: ينقص AllowedIPs لذلك الطرف { $addresses }
finding-stale-timestamp = { $from ->
    [here] يرفض الطرف الآخر مصافحات أقدم من مصافحة سابقة: الأرجح أن ساعة هذا الطرف أُرجعت؛ اضبطها أو أعد تشغيل نفق الطرف الآخر
   *[there] يرفض هذا الطرف مصافحات أقدم من مصافحة سابقة: الأرجح أن ساعة الطرف الآخر أُرجعت؛ اضبطها أو أعد تشغيل نفق هذا الطرف
}
finding-port = { $from ->
    [here] يرسل هذا الطرف إلى منفذ UDP { $port } ويستمع الطرف الآخر على { $listens }
   *[there] يرسل الطرف الآخر إلى منفذ UDP { $port } ويستمع هذا الطرف على { $listens }
}: صحيح فقط إذا كان موجّه بينهما يمرر أحدهما إلى الآخر
finding-keepalive = { $from ->
    [here] الطرف الآخر خلف موجّه يترجم العناوين (يُرى عند { $endpoint } ويستمع على { $listens }): إذا وجب أن يستطيع هذا الطرف أن يبدأ فاضبط PersistentKeepalive = 25 عند الطرف الآخر
   *[there] هذا الطرف خلف موجّه يترجم العناوين (يُرى عند { $endpoint } ويستمع على { $listens }): إذا وجب أن يستطيع الطرف الآخر أن يبدأ فاضبط PersistentKeepalive = 25 عند هذا الطرف
}
finding-sent-to = { $sent } إلى { $endpoint }
finding-nothing-arrives = { $from ->
    [here] أرسل هذا الطرف { $sent } ولم يصل منه شيء إلى الطرف الآخر: ذلك العنوان أو المنفذ ليس الصحيح، أو لا يسمح جدار حماية في الطريق بمرور UDP، أو لا يمرر موجّه أمام الطرف الآخر المنفذ
   *[there] أرسل الطرف الآخر { $sent } ولم يصل منه شيء إلى هذا الطرف: ذلك العنوان أو المنفذ ليس الصحيح، أو لا يسمح جدار حماية في الطريق بمرور UDP، أو لا يمرر موجّه أمام هذا الطرف المنفذ
}
finding-dropped = { $from ->
    [here] أرسل هذا الطرف { $sent } ولم يقبل الطرف الآخر منه شيئًا، بل أسقط رسائل في الساعة الأخيرة
   *[there] أرسل الطرف الآخر { $sent } ولم يقبل هذا الطرف منه شيئًا، بل أسقط رسائل في الساعة الأخيرة
}: { $reasons }
finding-drop-count = { $reason } { $count ->
    [one] مرة واحدة
   *[other] { $count } مرات
}
finding-none = الطرفان متوافقان، وتمر الحزم في الاتجاهين.
finding-none-else = لا شيء آخر خاطئ بين الطرفين.


## أسطر السجل

log-left-out = { $line } (و{ $count } قبله لا تُعرض)

log-daemon-started = بدأت خدمة Adit { $version }
log-daemon-ended = انتهت خدمة Adit
log-store-finding = لا يُستخدم { $file }: { $what }
log-tunnel-broken = لا يمكن قراءة نفق: { $error }
log-file-unusable = لا يمكن استخدام { $file }: { $error }
log-file-gone = أُزيل لأن ملفه { $file } غير موجود

log-imported = استُورد
log-exported = سُلّم بمفاتيحه إلى { $to }
log-removed = أُزيل
log-config-replaced = له إعدادات أخرى، الإصدار { $version }
log-reloaded = يعمل كما يقول الإصدار { $version } من إعداداته
log-saved = كُتب ما يعمل في إعداداته، الإصدار { $version }
log-not-saved = تعذّرت كتابة ما يعمل في إعداداته: { $error }
log-taken-over = أُخذ من wg-quick
log-given-back = لم يعمل وأُعيد إلى wg-quick: { $error }
log-not-given-back = تعذّرت إعادته إلى wg-quick: { $error }

log-key-forgotten = لم يعد مفتاحه الخاص محفوظًا، بل يُطلب
log-key-old = مفتاحه أقدم من { $days ->
    [one] يوم واحد
   *[other] { $days } يوم
}
log-preshared-key-old = مفتاحه المشترك مع { $peer } أقدم من { $days ->
    [one] يوم واحد
   *[other] { $days } يوم
}
log-rotation-begun = أُنشئ مفتاح جديد وهو ينتظر
log-rotation-finished = له مفتاحه الجديد

log-hooks-approved = وافق { $by } على أوامره
log-hooks-not-run = لا تُنفَّذ أوامره
log-hooks-in-sh = bash غير مثبّت، فتُنفَّذ أوامره في sh
log-command-runs = ينفّذ أمرًا من الإعدادات

log-connecting = يجري تشغيله
log-restarting = يجري تشغيله من جديد
log-tried-again = يُحاول مرة أخرى
log-up = يعمل
log-down = متوقف
log-paused = متوقف مؤقتًا
log-not-up = تعذّر تشغيله: { $error }
log-not-restored = تعذّر تشغيله من جديد: { $error }
log-not-kept = تعذّر حفظ حالته: { $error }
log-taking-back = يلغي: { $step }
log-not-taken-back = تعذّر إلغاء شيء: { $error }
log-removed-from-outside = أزال أحدٌ واجهته
log-interface-moved = نُقلت الواجهة إلى فضاء أسماء شبكي آخر؛ تُسترد مساراتها وخوادم DNS ومرشح الحزم هنا
log-interface-back = عادت الواجهة من فضاء أسماء شبكي آخر؛ ضُبط كل شيء من جديد
log-leftovers-removed = أُزيل ما تركه تشغيل سابق: { $what }
log-leftovers-stay = تعذّرت إزالة ما تركه تشغيل سابق: { $error }

undone-pre-up = PreUp
undone-interface = الواجهة
undone-engine = WireGuard
undone-firewall = مرشح الحزم
undone-routes = المسارات
undone-dns = خوادم DNS
undone-post-up = PostUp

log-search-without-server = في DNS نطاقات بحث ({ $domains }) بلا خادم، فلا تُضبط
log-split-dns-left-out = لا يستطيع هذا الحاسوب سؤال خوادم DNS للنفق عن { $domains } وحدها، فيسألها عن كل الأسماء
log-ipv6-left-out = ليس له IPv6 هنا ويعمل بـ IPv4 وحده، لأن { $because }
log-ipv6-outside = يمر IPv6 خارج النفق: في AllowedIPs يوجد 0.0.0.0/0 ولا يوجد ::/0
log-ipv6-closed = IPv6 مغلق ما دام النفق يعمل: في AllowedIPs يوجد 0.0.0.0/0 ولا يوجد ::/0
log-mtu-too-large = قيمة MTU لديه { $mtu } أكبر مما يسعه الطريق إلى الطرف، وهو يسع { $fits }
log-no-firewall = nft غير مثبّت، فلا شيء يحرس عناوين النفق

log-resolving = يبحث عن { $name }
log-resolver-not-ready = { $endpoint }: { $error }؛ يُحاول مرة أخرى بعد { $span }
log-endpoint-moved = لاسم الطرف { $peer } الآن عنوان آخر: { $endpoint }
log-endpoint-unknown = تعذّر العثور على اسم الطرف { $peer } من جديد: { $error }

log-handshake-sent = يطلب مصافحة من الطرف { $peer }
log-handshake-sent-again = لا رد؛ يطلب مصافحة من الطرف { $peer } مرة أخرى (المحاولة { $attempt })
log-handshake-answered = أجاب الطرف { $peer }: توجد جلسة جديدة
log-handshake-asked-for = طلب الطرف { $peer } مصافحة: توجد جلسة جديدة
log-handshake-given-up = لم يُجب الطرف { $peer } مدة 90 ث؛ تسأل الحزمة التالية إليه من جديد
log-handshake-dropped = تُسقط رسالة من { $from }: { $reason }
log-cookie-received = الطرف { $peer } مثقل ويطلب محاولة جديدة بملف تعريف
log-peer-silent = لم يُجب الطرف { $peer } مدة 15 ث
log-peer-moved = يُسمع الطرف { $peer } الآن من { $endpoint }
log-no-answer = لم يُجب الطرف { $peer } مدة { $span }؛ لا يحمل النفق شيئًا إليه
log-answers-again = يجيب الطرف { $peer } من جديد بعد { $span }

dropped-message-type = ليست رسالة WireGuard
dropped-message-length = لا رسالة WireGuard بهذا الطول
dropped-mac1 = ليست للمفتاح العام لهذا الطرف (mac1 خاطئ): لدى الطرف الآخر مفتاح عام آخر لهذا الطرف
dropped-cookie-required = هذا الطرف مثقل وطلب من المرسل محاولة جديدة بملف تعريف
dropped-rate-limited = هذا الطرف مثقل ووصلته مصافحات كثيرة من هذا العنوان
dropped-no-private-key = ليس لهذا الطرف مفتاح خاص
dropped-unknown-index = لا تجيب على مصافحة من هذا الطرف (فهرس مستقبِل مجهول): ربما تأخرت
dropped-cookie = لا يجيب ملف تعريفها على شيء أُرسل (ملف خاطئ)
dropped-handshake = لا تثبت صحتها: المفاتيح لا تتوافق، أو المفتاح المشترك ليس واحدًا؛ وربما تأخر جواب الطرف الآخر
dropped-low-order-point = مفتاحها العام منخفض الرتبة
dropped-unknown-peer = مرسلها ليس طرفًا في هذا النفق (طرف مجهول): أضف هنا المفتاح العام للطرف الآخر أو صحّحه
dropped-replayed-initiation = هي أقدم من سابقة لها (طابع زمني قديم): كررها أحد، أو أُرجعت ساعة الطرف الآخر
dropped-initiation-flood = جاءت بعد الأخيرة من هذا الطرف بوقت قصير جدًا

drop-message-type = مستلم: ليس رسالة WireGuard
drop-message-length = مستلم: رسالة بطول ليس لأي رسالة WireGuard
drop-mac1 = مستلم: رسالة ليست للمفتاح العام لهذا الطرف (mac1 خاطئ)
drop-cookie-required = مستلم تحت الضغط: رسالة بلا ملف تعريف صالح؛ أُرسل إلى صاحبها ملف لمحاولة جديدة
drop-rate-limited = مستلم تحت الضغط: مصافحات كثيرة من عنوان واحد
drop-no-private-key = مستلم: مصافحة حين لم يكن لهذا الطرف مفتاح خاص
drop-unknown-index = مستلم: رسالة لجلسة ليست لدى هذا الطرف (فهرس مستقبِل مجهول)
drop-cookie = مستلم: ملف تعريف لرسالة لم يرسلها هذا الطرف
drop-handshake = مستلم: مصافحة لا تثبت صحتها؛ المفاتيح لا تتوافق، أو المفتاح المشترك ليس واحدًا
drop-low-order-point = مستلم: مفتاح عام منخفض الرتبة
drop-unknown-peer = مستلم: مصافحة بمفتاح ليس لأي طرف في هذا النفق
drop-replayed-initiation = مستلم: مصافحة أقدم من سابقة لها (طابع زمني قديم)
drop-initiation-flood = مستلم: مصافحات متتابعة بسرعة كبيرة من طرف واحد
drop-session-expired = مستلم: بيانات لجلسة قديمة جدًا
drop-counter-exhausted = مستلم أو للإرسال: حزمة لجلسة استُنفد عدّاد رسائلها
drop-decrypt = مستلم: بيانات لا تثبت صحتها
drop-replay = مستلم: بيانات سبق استلامها أو تأخرت كثيرًا
drop-inner-packet = مستلم أو للإرسال: بيانات ليست حزمة IP
drop-source-not-allowed = مستلم: حزمة من عنوان ليس ضمن AllowedIPs للطرف
drop-congestion = مستلم: حزمة بعلامة ازدحام لا يفهمها مرسلها
drop-no-route = للإرسال: حزمة إلى عنوان ليس ضمن AllowedIPs لأي طرف
drop-no-endpoint = للإرسال: حزمة إلى طرف لا تُعرف نقطة اتصاله
drop-routing-loop = للإرسال: حزمة مشفّرة لهذا النفق أعادها مسار إليه
drop-queue-full = للإرسال: حزمة انتظرت مصافحة مع حزم أخرى كثيرة
drop-handshake-timeout = للإرسال: حزمة إلى طرف لم يجب على المصافحة

log-network-changed = تغيّرت شبكة هذا الحاسوب
log-path-changed = تغيّرت الشبكة: يطلب { $peers ->
    [one] جلسة جديدة من طرف واحد
   *[other] جلسات جديدة من { $peers } أطراف
}
log-mtu-changed = تتبع قيمة MTU لديه الشبكة: { $to } بدلًا من { $from }
log-cannot-follow-network = تعذّرت متابعة تغيّر الشبكة: { $error }
log-local-networks-unknown = تعذّر تحديث الشبكات المحلية التي تبقى متاحة: { $error }

log-closed = مفتاح القطع مغلق
log-opened = مفتاح القطع مفتوح
log-not-closed = تعذّر إغلاق مفتاح القطع: { $error }
log-not-opened = تعذّر فتح مفتاح القطع: { $error }
log-kill-switch-off = ضُبط مفتاح القطع على متوقف
log-kill-switch-block = ضُبط مفتاح القطع على حجب؛ الشبكات المحلية محجوبة أيضًا
log-kill-switch-block-lan = ضُبط مفتاح القطع على حجب؛ تبقى الشبكات المحلية متاحة
log-kill-switch-lockdown = ضُبط مفتاح القطع على إغلاق تام؛ الشبكات المحلية محجوبة أيضًا
log-kill-switch-lockdown-lan = ضُبط مفتاح القطع على إغلاق تام؛ تبقى الشبكات المحلية متاحة
log-ipv6-allowed-outside = يجوز أن يخرج IPv6 خارجه
log-ipv6-kept-inside = لا يجوز أن يخرج IPv6 خارجه
log-stays-blocked = يبقى مفتاح القطع لدى { $interface } مغلقًا مع أنه ليس لنفق يمكن قراءته
log-kill-switches-unknown = تعذّرت معرفة مفاتيح القطع المغلقة: { $error }
log-early-opened = فُتح مفتاح القطع لدى { $interface } الذي أُغلق عند الإقلاع
log-early-not-kept = تعذّر حفظ مفاتيح القطع للإقلاع: { $error }
log-peer-shut-out = يحجب مفتاح القطع طرفًا انتقل: { $error }

log-put-back = أزال برنامج آخر { $what }؛ أُعيدت
log-not-put-back = تعذّرت إعادة ما أزاله برنامج آخر: { $error }
log-fought-with = أزال برنامج آخر إعداداته { $times } مرات في 10 ث: لا يُعاد فورًا إلا مفتاح القطع
log-unguarded = لا تُلاحظ تغييرات البرامج الأخرى: { $error }

setting-kill-switch = مفتاح القطع
setting-packet-filter = مرشح الحزم
setting-addresses = العناوين
setting-routes = المسارات
setting-rules = قواعد التوجيه
setting-resolvers = خوادم DNS

log-other = { $name }{ $fields }


## أيقونة الشريط والإشعارات

tray-away = خدمة Adit لا تعمل
tray-not-permitted = لا وصول إلى خدمة Adit
tray-no-answer = خدمة Adit لا تجيب
tray-empty = لا توجد أنفاق بعد
tray-off = لا يعمل أي نفق
tray-status = الحالة: { $text }
tray-line = { $tunnel }: { $state }
tray-addresses = العناوين: { $addresses }
tray-tunnel = { $tunnel } – { $state }
tray-tunnels = الأنفاق
tray-pauses = إيقاف مؤقت
tray-pause = إيقاف { $tunnel } مؤقتًا لمدة { $span }
tray-resume = استئناف { $tunnel }
tray-resume-in = استئناف { $tunnel } (بقي { $span })
tray-by-rules = { $is ->
    [on] يعمل
   *[off] متوقف
} – { $reason }
tray-manual = يدويًا – تعود القواعد تقرّر في الشبكة التالية
tray-manual-for = يدويًا – تعود القواعد تقرّر بعد { $span } على الأكثر
tray-rules-paused = القواعد موقفة مؤقتًا حتى تتغيّر الشبكة
tray-rules-paused-for = القواعد موقفة مؤقتًا { $span } أخرى
tray-resume-rules = العودة إلى القواعد
tray-manage = إدارة الأنفاق…
tray-import = استيراد أنفاق من ملفات…
tray-about = حول…
tray-quit = إنهاء (تبقى الأنفاق كما هي)

consent-screen = هل تريد البحث عن رمز QR على الشاشة؟
consent-screen-more = ضع رمز QR حيث لا يغطيه شيء. ينظر Adit إلى الشاشة كلها مرة واحدة داخل عمليته ولا يحتفظ بأي صورة.
consent-screen-yes = ابحث الآن
consent-camera = هل تسمح لـ Adit باستخدام الكاميرا؟
consent-camera-more = يبحث Adit عن رموز QR في الصور داخل عمليته ولا يحتفظ بأي منها. يسري ذلك حتى إغلاق Adit.
consent-camera-yes = استخدام الكاميرا
consent-no = إلغاء

notice-up = { $tunnel } يعمل
notice-down = { $tunnel } متوقف
notice-failed = تعذّر تشغيل { $tunnel }
notice-rule-mode = يمرّ الآن عبر { $tunnel }: { $mode }
notice-silent = { $tunnel }: لا جواب منذ { $span }
    .body = النفق يعمل، لكن ما يدخله لا يصل.
notice-answers = { $tunnel } يجيب من جديد
notice-blocked = { $tunnel } محجوب
    .body = لا يغادر شيء هذا الحاسوب إلى أن يعمل النفق أو توقفه.
notice-key-old = { $tunnel }: عمر المفتاح { $span }
    .body = يمكن إنشاء مفتاح جديد في صفحة النفق.
notice-preshared-key-old = { $tunnel }: عمر مفتاح مشترك مسبقًا { $span }
    .body = يمكن ضبط مفتاح جديد عند الطرفين.
notice-refused = لم يتغيّر { $tunnel }
notice-action = عرض النفق

dialog-export = حفظ إعدادات { $tunnel }
dialog-export-all = حفظ جميع الإعدادات
dialog-backup = حفظ النسخة الاحتياطية
dialog-choose-backup = اختيار نسخة احتياطية
home-yes = هذه شبكة المنزل: أجاب صاحب المفتاح { $key } على { $interface }
home-no-answer = ليست شبكة المنزل: لم يُجب أحد على { $interface }
home-forged = ليست شبكة المنزل: ما ورد من جواب على { $interface } لا يثبت شيئًا
home-elsewhere = ليست شبكة المنزل: جاء الجواب على { $interface } من شبكة أخرى
home-passed-on = ليست شبكة المنزل: مرّر أحدهم سؤال { $interface } من عنوان آخر
home-serves = يجيب على { $interfaces }، منفذ UDP رقم { $port }؛ Ctrl-C ينهي ذلك
home-waits = هذا الحاسوب ليس في أي شبكة؛ سيجيب حالما يكون في شبكة
home-clock = لا جواب إلى { $address }: تختلف الساعتان بمقدار { $seconds } ث، والحد الأقصى المسموح به 300 ث
home-too-many = لا جواب إلى { $address }: أسئلة كثيرة جدًا
dialog-import-files = استيراد أنفاق
dialog-import-folder = استيراد ملفات ‎.conf من مجلد


## النافذة

ui-connecting = البحث عن خدمة Adit…
ui-loading = جارٍ التحميل…
ui-tunnels = الأنفاق
ui-pages = الصفحات
ui-log = السجل
ui-settings = الإعدادات
ui-back = رجوع
ui-more = إجراءات أخرى
ui-cancel = إلغاء
ui-done = تم
ui-show = عرض
ui-save = حفظ
ui-dismiss = إغلاق
ui-never = أبدًا
ui-none = لا شيء
ui-days = { $days ->
    [one] يوم واحد
   *[other] { $days } يوم
}
ui-name = الاسم
ui-not-known = غير معروف
ui-copy = نسخ { $what }
ui-copied = نُسخ { $what }
ui-copy-failed = الحافظة غير متاحة
ui-what-public-key = المفتاح العام
ui-what-command = الأمر
ui-what-peer-section = قسم الطرف
ui-unreachable = خدمة Adit لا تجيب.
ui-away-not-running = خدمة Adit لا تعمل
ui-away-not-running-text = تعرض هذه النافذة الأنفاق وتتحكم فيها، وتحملها خدمة في الخلفية. شغّلها من طرفية:
ui-away-not-permitted = لا يُسمح لك باستخدام خدمة Adit
ui-away-not-permitted-text = الخدمة تعمل ولا تقبل هذا المستخدم. انضم إلى مجموعة مشغّليها من طرفية، ثم سجّل الخروج والدخول مجددًا:
ui-away-service-older = خدمة Adit أقدم من هذه النافذة
ui-away-service-older-text = لا يفهم أحدهما الآخر. بعد التحديث تجب إعادة تشغيل الخدمة، وإلا فحدّثها:
ui-away-service-newer = خدمة Adit أحدث من هذه النافذة
ui-away-service-newer-text = لا يفهم أحدهما الآخر. أغلق Adit وافتحه من جديد، وحدّثه إن لم يُجدِ ذلك. تبقى الأنفاق كما هي.
ui-away-stranger = برنامج آخر يحل محل خدمة Adit
ui-away-stranger-text = لم يُرسل إليه شيء. على مسؤول أن يعرف أي برنامج هو وأن ينهيه.
ui-away-no-answer = خدمة Adit لا تجيب
ui-away-no-answer-text = الخدمة موجودة لكن لا يمكن مخاطبتها. إن استمر ذلك فأعد تشغيلها من طرفية:
ui-away-no-manager = ليس في هذا النظام systemd ولا OpenRC ولا runit. شغّل البرنامج aditd أو أعد تشغيله كما يشغّل هذا النظام خدماته.

ui-away-waits = تتصل هذه النافذة من تلقاء نفسها عندما تكون الخدمة موجودة.
ui-away-banner = خدمة Adit لا تجيب. قد يكون المعروض هنا قديمًا.
ui-away-help = ما العمل؟
ui-simulated = نظام محاكى: لا يتغير شيء على هذا الحاسوب
ui-try-now = حاول الآن
ui-check-again = تحقق مرة أخرى

ui-add = إضافة نفق
ui-add-hint = إضافة نفق (Ctrl+N لنفق فارغ)
ui-search = بحث
ui-no-tunnels = لا أنفاق
ui-none-found = لا نفق بهذا في اسمه أو عناوينه.
ui-switch = تشغيل { $tunnel }
ui-row-answered = أجاب { $ago }
ui-row-paused = متوقف مؤقتًا، يعود بعد { $time }
ui-row-blocked = محجوب: لا يخرج شيء
ui-row-unusable = متوقف، في إعداداته أخطاء
ui-home = { $count ->
    [0] لا نفق يعمل
    [one] يعمل نفق واحد
   *[other] تعمل { $count } أنفاق
}
ui-home-text = اختر نفقًا من القائمة.
ui-gone = لم يعد هذا النفق موجودًا
ui-gone-text = أزاله أحد.

ui-status-off = متوقف
ui-status-failed = فشل
ui-status-starting = يبدأ
ui-status-stopping = يتوقف
ui-status-handshaking = لا مصافحة بعد
ui-status-healthy = سليم
ui-status-idle = خامل
ui-status-empty = لا أطراف
ui-status-waiting = ينتظر الطرف الآخر
ui-status-silent = لا جواب
ui-status-blocked = محجوب
ui-status-paused = متوقف مؤقتًا
ui-since = منذ { $time }
ui-paused-until = يعود بعد { $time }
ui-paused-open = إلى أن تستأنفه
ui-last-handshake = آخر مصافحة { $ago }.
ui-way-all = يمر كل شيء على هذا الحاسوب عبر النفق.
ui-way-some = يمر ما ينتمي إلى شبكاته عبر النفق، والباقي خارجه.
ui-way-past = تمر الحركة خارج هذا النفق.
ui-way-blocked = لا يغادر شيء هذا الحاسوب إلى أن يعمل النفق أو توقفه.
ui-way-paused-blocked = مفتاح القطع مفتوح ما دام النفق متوقفًا مؤقتًا.
ui-way-lockdown = إغلاق تام: لا يغادر شيء هذا الحاسوب ما دام هذا النفق متوقفًا.
ui-turn-on = تشغيل
ui-pause = إيقاف مؤقت
ui-pause-5-minutes = 5 دقائق
ui-pause-1-hour = ساعة واحدة
ui-pause-open = إلى أن أستأنفه
ui-resume = استئناف
ui-turn-off-in = إيقاف بعد { $span }
ui-turns-off = يتوقف بعد { $time }
ui-stay-on = إبقاؤه يعمل

ui-edit = تحرير
ui-restart = إعادة التشغيل
ui-only-when-up = ما دام النفق يعمل فقط
ui-log-of-tunnel = عرض سجله
ui-rename = إعادة التسمية…
ui-rename-title = إعادة تسمية النفق
ui-rename-button = إعادة التسمية
ui-versions = إصدارات سابقة
ui-new-key = مفتاح جديد
ui-export = تصدير
ui-remove = إزالة
ui-remove-title = إزالة { $tunnel }؟
ui-remove-text = تُحذف إعداداته ومفاتيحه وإصداراته السابقة. لا يمكن التراجع عن ذلك.
ui-remove-up = يُوقف وتُحذف إعداداته ومفاتيحه وإصداراته السابقة. لا يمكن التراجع عن ذلك.
ui-removed = أُزيل { $tunnel }
ui-keep = إبقاء

ui-problem-unusable = في الإعدادات أخطاء، فلا يمكن تشغيل النفق.
ui-problem-blocked = تعذّر إبقاء النفق عاملًا، ومفتاح القطع لا يسمح بمرور شيء خارجه.
ui-problem-retry = المحاولة التالية بعد { $time }.
ui-problem-retrying = المحاولة التالية جارية.
ui-problem-interface-removed = أزال برنامج آخر واجهة النفق.
ui-problem-engine-stopped = توقف النفق من تلقاء نفسه. ما يُعرف عن ذلك موجود في السجل.
ui-problem-no-answer = أُرسلت حزم ولم يرجع شيء منذ { $span }.
ui-problem-no-answer-advice = قد يكون الخادم متوقفًا، أو قد تحجب الشبكة بينكما UDP.
ui-problem-no-handshake = لم يُجب الخادم مدة { $span }.
ui-problem-no-handshake-advice = تحقق من نقطة النهاية ومن المفتاحين العامين، ومن أن الخادم يعرف مفتاح هذا الحاسوب.
ui-problem-routing-loops = { $count ->
    [one] أُعيدت حزمة معمّاة واحدة إلى النفق وأُسقطت.
   *[other] أُعيدت { $count } حزم معمّاة إلى النفق وأُسقطت.
}
ui-problem-routing-loops-advice = يمر الطريق إلى الخادم عبر النفق نفسه. أخرج عنوان الخادم من AllowedIPs.
ui-problem-namespace = نُقلت الواجهة إلى فضاء أسماء شبكي آخر.
ui-problem-conflicts = يعمل النفق رغم تعارض.
ui-problem-differs = يختلف النفق العامل عن إعداداته.
ui-problem-rotation = ينتظر مفتاح جديد الطرف الآخر.
ui-problem-key-old = { $days ->
    [one] المفتاح أقدم من يوم واحد.
   *[other] المفتاح أقدم من { $days } يوم.
}
ui-fix-connect = تشغيل
ui-fix-disconnect = إيقاف
ui-fix-restart = إعادة التشغيل
ui-fix-reload = تطبيق الإعدادات
ui-fix-save = حفظ ما يعمل
ui-fix-edit = تحرير
ui-fix-hooks = قراءة الأوامر
ui-fix-key = إدخال المفتاح
ui-fix-rotation = مفتاح جديد
ui-fix-endpoint = تحرير نقطة النهاية
ui-fix-look-up = البحث من جديد
ui-fix-log = عرض السجل
ui-fix-own-key = عرض المفتاح العام

ui-traffic = الحركة
ui-received = استُقبل { $size }
ui-sent = أُرسل { $size }
ui-graph-range = مدى الرسم
ui-graph-60-seconds = 60 ث
ui-graph-5-minutes = 5 د
ui-graph-seconds-ago = قبل { $seconds } ث
ui-graph-minutes-ago = قبل { $minutes } د
ui-graph-now = الآن
ui-graph-at = قبل { $seconds } ث: ↓ { $received } ↑ { $sent }
ui-graph-failed = تعذّر تحميل الرسم.
ui-graph = حركة آخر { $length } ثانية: استُقبل حتى { $received }، وأُرسل حتى { $sent }

ui-peers = الأطراف
ui-peer = الطرف الآخر
ui-peers-count = { $count ->
    [0] لا أطراف
    [one] طرف واحد
    [two] طرفان
   *[other] { $count } أطراف
}
ui-no-peers = ليس في الإعدادات طرف، فلا يحمل النفق شيئًا.
ui-all-peers = عرض كل الأطراف ({ $count })
ui-peer-answers = يجيب
ui-peer-why-idle = لا حاجة إلى إرسال شيء الآن.
ui-peer-why-never = لم يصل منه شيء قط. قد تكون نقطة نهايته أو أحد المفاتيح خطأ، أو أن الشبكة تحجب UDP.
ui-peer-why-handshaking = لم يجب بعد على المصافحة الأولى.
ui-peer-why-unresolved = عنوان { $host } غير معروف، فلا يمكن إرسال شيء إليه.
ui-peer-why-loop = الطريق إليه يقود إلى هذا النفق نفسه.
ui-peer-why-own-key = تصل رسائل مشفرة لمفتاح عام آخر: لدى الطرف الآخر مفتاح عام خطأ لهذا النفق.
ui-peer-why-unknown-key = تصل مصافحات من مفتاح عام ليس لأي طرف هنا. قد يكون المفتاح العام لهذا الطرف خطأ.
ui-peer-why-shared-key = تصل مصافحات لا توافق المفاتيح هنا. قد يختلف المفتاحان المشتركان مسبقًا.
ui-peer-why-clock = تصل مصافحات أقدم من سابقاتها. ربما أُرجعت ساعة الطرف الآخر إلى الوراء.
ui-peer-why-name-moved = آخر جواب: { $ago }. إن صار لـ { $host } عنوان جديد فابحث عنه من جديد.
ui-peer-why-roamed = آخر جواب: { $ago } من { $endpoint }، وليست نقطة النهاية المضبوطة. ابحث عنها من جديد.
ui-peer-why-silent = آخر جواب: { $ago }. قد يكون متوقفًا، أو أن الشبكة بينكما تحجب UDP.
ui-peer-why-waiting = ليس له نقطة نهاية هنا، فعليه أن يبدأ.
ui-peer-why-not-running = هو في الإعدادات، لكن النفق العامل لا يحتويه.
ui-peer-why-from-outside = أضاف برنامج آخر هذا الطرف. ليس موجودًا في الإعدادات.
ui-endpoint = نقطة النهاية
ui-endpoint-moved = انتقل؛ المُعدّ:
ui-endpoint-configured = من
ui-handshake = آخر مصافحة
ui-transfer = النقل
ui-transferred = استُقبل { $received } وأُرسل { $sent }
ui-public-key = المفتاح العام
ui-own-key = المفتاح العام لهذا الحاسوب
ui-own-key-text = يحتاج الطرف الآخر إلى هذا المفتاح.
ui-own-key-changes = يتغير عند الحفظ، وعندئذ يحتاج الطرف الآخر إلى هذا المفتاح الجديد.
ui-own-key-later = تنشئ الخدمة المفتاحين عند إنشاء النفق وتعرض حينها المفتاح العام. لمعرفته قبل ذلك أدخل مفتاحًا خاصًا من عندك.
ui-own-key-invalid = لا يوجد مفتاح خاص صالح، فلا يوجد مفتاح عام.
ui-preshared-key-set = المفتاح المشترك مضبوط
ui-keepalive = إبقاء الاتصال
ui-every = كل { $span }
ui-allowed-ips = العناوين المسموحة
ui-more-networks = +{ $count } أخرى

ui-changes = ما يغيّره على هذا الحاسوب
ui-would-change = ما سيغيّره تشغيله على هذا الحاسوب
ui-changes-undone = يُلغى كل هذا عند إيقاف النفق.
ui-would-conflict = يتعارض تشغيله مع شيء على هذا الحاسوب.
ui-effect-routes = { $count ->
    [0] لا مسارات
    [one] مسار واحد
   *[other] { $count } مسارات
}
ui-effect-dns-servers = { $count ->
    [one] خادم DNS واحد
   *[other] { $count } خوادم DNS
}
ui-effect-commands = { $count ->
    [one] أمر واحد
   *[other] { $count } أوامر
}
ui-effect-kill-switch = مفتاح القطع
ui-effect-interface = { $interface }، MTU { $mtu } ({ $source })
ui-effect-hidden = لا يحق رؤية هذا الأمر إلا للمسؤولين
ui-label-interface = الواجهة
ui-label-line = السطر { $line }

ui-protection = الحماية
ui-protection-at-once = يسري هذان فورًا دون حفظ.
ui-kill-switch = مفتاح القطع
ui-kill-switch-off = متوقف
ui-kill-switch-block = حجب
ui-kill-switch-lockdown = إغلاق تام
ui-kill-switch-off-text = عندما يتعطل النفق تمر الحركة خارجه.
ui-kill-switch-block-text = ما دام يجب أن يعمل النفق، لا يمر شيء خارجه.
ui-kill-switch-lockdown-text = لا يمر شيء خارج النفق أبدًا، حتى عند إيقافه أو عند إقلاع الحاسوب.
ui-allow-lan = تبقى الشبكات المحلية متاحة
ui-allow-lan-text = الطابعات والأجهزة الأخرى في الشبكات التي فيها هذا الحاسوب.
ui-allow-lan-no-effect = لا أثر له ما دام مفتاح القطع متوقفًا، إذ لا يُحجب شيء حينها.
ui-ipv6-outside = يجوز أن يمر IPv6 خارج النفق
ui-ipv6-outside-text = يأخذ النفق كل IPv4 ولا يأخذ IPv6. وإلا فإن IPv6 مغلق ما دام يعمل.
ui-start-at-boot = تشغيله عند إقلاع الحاسوب
ui-start-at-boot-text = حتى قبل أن يسجّل أحد الدخول.
ui-start-at-boot-needs-key = غير ممكن: يطلب النفق مفتاحه.
ui-lockdown = وضع { $tunnel } تحت إغلاق تام؟
ui-lockdown-text = لن يغادر شيء هذا الحاسوب خارج هذا النفق، حتى عند إيقافه وبعد إعادة الإقلاع. لا يستطيع إنهاء الإغلاق التام إلا مسؤول.
ui-lockdown-set = فرض الإغلاق التام

ui-route = إلى أين يذهب عنوان؟
ui-route-look = بحث
ui-route-tunnel = يمر { $ip } عبر { $tunnel } إلى { $peer }.
ui-route-outside = يمر { $ip } خارج كل الأنفاق.
ui-route-outside-over = يمر { $ip } خارج كل الأنفاق عبر { $interface }.
ui-route-no-peer = يدخل { $ip } إلى { $tunnel } حيث ليس لأي طرف، فيُسقط.
ui-route-other = سيأخذه { $tunnel } أيضًا ({ $network }).

ui-details = تفاصيل تقنية
ui-details-summary = { $interface } · الإصدار { $version }
ui-interface = الواجهة
ui-interface-hint = من 1 إلى 15 حرفًا ورقمًا و‎_ = + . -
ui-key-age = عمر المفتاح
ui-key-age-at-least = { $span } على الأقل
ui-listen-port = يستمع على
ui-udp-port = منفذ UDP { $port }
ui-data-path = مسار البيانات
ui-data-path-text = { $queues ->
    [one] طابور واحد
   *[other] { $queues } طوابير
}؛ التفريغ: { $offloads }
ui-dropped = المُسقط
ui-source = الإعدادات
ui-source-store = في مخزن Adit
ui-id = المعرّف

ui-conflict = يتعارض { $tunnel } مع ما هو موجود
ui-conflict-text = إن عمل الاثنان ذهبت بعض الحركة إلى غير مكانها.
ui-conflict-anyway = تشغيل على أي حال
ui-conflict-replace = إيقاف { $others } أولًا

ui-key = المفتاح الخاص لدى { $tunnel }
ui-key-text = لا تحتفظ الخدمة بهذا المفتاح. يُستخدم إلى أن يتوقف النفق ثم يُنسى.
ui-key-label = المفتاح الخاص
ui-key-wrong = ليس هذا مفتاح هذا النفق.

ui-hooks = أوامر { $tunnel }
ui-hooks-text = تنفّذ هذه الإعدادات هذه الأوامر بصلاحيات root. لا توافق عليها إلا إذا عرفت ما يفعله كل منها.
ui-hooks-hidden = لا يُسمح لك برؤية الأوامر. اسأل مسؤول هذا الحاسوب.
ui-hooks-approve = موافقة

ui-welcome = أضف نفقك الأول
ui-welcome-text = يحمل Adit أنفاق WireGuard على هذا الحاسوب. ما دام نفق يعمل فإنه يغيّر المسارات وDNS ومرشح الحزم، ويعرض عليك كل تغيير قبله، ويلغي كل ذلك بعده.
ui-no-account = لا حساب ولا جمع بيانات.
ui-import-file = استيراد ملف
ui-import-file-hint = ملف ‎.conf أو أرشيف منها أو صورة رمز QR
ui-import-folder = مجلد…
ui-import-folder-hint = يستورد ملفات ‎.conf من مجلد واحد
ui-import-paste = لصق نص
ui-import-paste-hint = نص إعدادات
ui-scan = مسح رمز QR
ui-scan-hint = بالكاميرا أو من الشاشة أو في صورة
ui-scan-camera = استخدام الكاميرا
ui-scan-screen = من الشاشة
ui-scan-clipboard = من الحافظة
ui-scan-tip = يمكن أيضًا لصق الصور بالمفتاحين Ctrl+V. تبقى الصور داخل هذا البرنامج ولا يُحتفظ بأي منها.
ui-screen-waiting = جارٍ البحث على الشاشة…
ui-camera-starting = جارٍ تشغيل الكاميرا…
ui-camera-looking = ضع رمز QR أمام الكاميرا.
ui-camera-preview = صورة الكاميرا
ui-camera-choice = الكاميرا
ui-camera-stop = إيقاف الكاميرا
ui-camera-none = لم يُعثر على كاميرا. صِل واحدة أو اختر صورة لرمز QR.
ui-camera-denied = لا يُسمح باستخدام الكاميرا. اسمح بذلك عند سؤالك أو اختر صورة لرمز QR.
ui-camera-failed = تعذّر تشغيل الكاميرا. ربما يستخدمها برنامج آخر.
ui-from-camera = الكاميرا
ui-from-screen = الشاشة
ui-from-clipboard = الحافظة
ui-clipboard-empty = لا توجد صورة في الحافظة.
ui-link-refused = لم يُفتح رابط.
ui-link-no-tunnel = لا يوجد نفق { $name }.
ui-link-too-long = إنه طويل جدًا.
ui-link-parameters = الرابط يعرض صفحة فقط، ولا يمكنه جلب إعدادات أو تشغيل نفق أو إيقافه.
ui-link-name = لا يحتوي على اسم نفق صالح.
ui-link-unknown = لا يشير إلى أي صفحة من صفحات Adit.
ui-make-new = إنشاء نفق جديد
ui-make-new-hint = بمفتاح خاص به
ui-paste-label = نص الإعدادات
ui-paste-continue = متابعة
ui-pasted-text = نص ملصق
ui-pick-picture = اختيار صورة
ui-drop = أفلت للاستيراد
ui-drop-hint = يمكنك أيضًا إفلات الملفات والمجلدات في أي مكان من هذه النافذة.
ui-rules = تلقائي
ui-rules-about = تشغّل القواعد الأنفاق وتوقفها بحسب شبكة هذا الحاسوب. القاعدة الأولى التي تتحقق هي التي تقرر.
ui-rules-start = متى يجب أن يعمل نفق؟
ui-rules-start-text = يصير الاختيار الجاهز قواعد يمكنك قراءتها وتغييرها. لا يُحفظ شيء قبل موافقتك.
ui-rules-for = النفق
ui-rules-preset-always = دائمًا
ui-rules-preset-always-hint = يعمل في كل شبكة.
ui-rules-preset-everywhere-except-here = في كل مكان إلا في البيت
ui-rules-preset-everywhere-except-here-hint = متوقف في الشبكة الحالية لهذا الحاسوب، ويعمل في كل ما سواها.
ui-rules-preset-wifi-that-is-not-mine = على كل شبكة Wi-Fi ليست لي
ui-rules-preset-wifi-that-is-not-mine-hint = متوقف على شبكة Wi-Fi الحالية وبدون Wi-Fi، ويعمل على كل شبكة Wi-Fi أخرى.
ui-rules-preset-open-wifi = على شبكات Wi-Fi المفتوحة
ui-rules-preset-open-wifi-hint = يعمل حيث لا كلمة مرور لشبكة Wi-Fi أو حيث يسهل كسرها.
ui-rules-own = أكتب قواعدي بنفسي
ui-rules-own-hint = بشروط عن Wi-Fi والبوابة والوقت وغيرها.
ui-rules-no-tunnels = لا يوجد نفق بعد. أضف نفقًا أولًا.
ui-rules-now = الآن
ui-rules-view = العرض
ui-rules-list = القواعد
ui-rules-text = النص
ui-rules-settings = إعدادات القواعد
ui-rules-add = إضافة قاعدة
ui-rules-decides = تقرر الآن
ui-rules-otherwise = في كل شبكة أخرى
ui-rules-otherwise-none = غير مذكور، فيأخذ نفق القواعد كل شيء هناك.
ui-rules-unsaved = هذه القواعد لم تُحفظ بعد.
ui-rules-would = بها الآن: { $what }.
ui-rules-save = حفظ القواعد
ui-rules-saved = حُفظت القواعد.
ui-rules-broken = لا يمكن قراءة القواعد المحفوظة. إلى أن تُصلح تسري الأخيرة أو الأشد حماية.
ui-rules-has-errors = في هذا النص أخطاء. أصلحها في النص أو ارجع إلى القواعد المحفوظة.
ui-rules-newer = تغيرت القواعد في هذه الأثناء، فلا يمكن حفظ هذه.
ui-rules-overtaken = تغيرت القواعد في هذه الأثناء، فلم يُنفَّذ هذا.
ui-rules-trust = الوثوق بهذه الشبكة
ui-rules-trust-hint = يضيف قاعدة توقف الأنفاق هنا.
ui-rules-pause = إيقاف القواعد مؤقتًا
ui-rules-pause-network = حتى تتغير الشبكة
ui-rules-resume = العودة إلى القواعد
ui-rules-paused = القواعد موقفة مؤقتًا وأنفاقها متوقفة.
ui-rules-chosen-on = شُغّل { $tunnel } يدويًا.
ui-rules-chosen-off = أُوقف { $tunnel } يدويًا.
ui-rules-holds-network = يسري ذلك حتى تتغير الشبكة.
ui-rules-holds-until = ينتهي ذلك بعد { $time }.
ui-rules-suspended = بلا أثر الآن: قد تكون هذه شبكة أخرى.
ui-rules-pending = بعد { $time }: { $what }.
ui-rules-ready-made = قواعد جاهزة
ui-rules-ready-made-text = يحلّ الاختيار محلّ كل القواعد الحالية. لا يُحفظ شيء قبل موافقتك.
ui-rules-failing = خادم { $tunnel } لا يجيب.
ui-rules-failing-step = الخطوة الحالية: { $step }.
ui-rules-failing-next = المحاولة التالية بعد { $time }.
ui-rules-off-in = يتوقف { $tunnel } بعد { $time }.
ui-rules-why = لماذا؟
ui-rules-by = القرار من: { $source }
ui-rules-sources = ممكن: { $sources }
ui-rules-add-gateway = إضافة البوابة { $address }
ui-rules-add-probe = إضافة مسبار البيت
ui-rules-name-alone = تثق باسم وحده
ui-rules-name-alone-more = يستطيع أي أحد أن يسمي شبكة Wi-Fi بهذا الاسم. عنوان عتاد البوابة يضمن أنها شبكتك.
ui-rules-name-alone-away = اتصل بتلك الشبكة لإضافة بوابتها.
ui-rules-governed = تلقائي: { $source }
ui-rules-by-hand = شُغّل أو أُوقف يدويًا
ui-rule = القاعدة { $number }
ui-rule-new = قاعدة جديدة
ui-rule-edit = تحرير القاعدة { $number }
ui-rule-edit-otherwise = تحرير ما يسري في كل شبكة أخرى
ui-rule-remove = إزالة القاعدة { $number }
ui-rule-up = نقل القاعدة { $number } إلى أعلى
ui-rule-down = نقل القاعدة { $number } إلى أسفل
ui-rule-moved = صارت القاعدة { $number } من { $count }
ui-rule-unreadable = في هذا السطر خطأ.
ui-rule-if = إذا { $conditions }
ui-rule-name = الاسم (اختياري)
ui-rule-conditions = إذا تحقق كل هذا
ui-rule-condition = الشرط { $number }
ui-rule-add-condition = إضافة شرط
ui-rule-remove-condition = إزالة هذا الشرط
ui-rule-is = هو
ui-rule-is-not = ليس
ui-rule-then = إذن
ui-rule-then-up = تشغيل
ui-rule-then-down = إيقاف الكل
ui-rule-then-leave = تركه كما هو
ui-rule-then-none = لا شيء
ui-rule-tunnel = النفق
ui-rule-add-tunnel = نفق آخر أيضًا
ui-rule-remove-tunnel = بدون { $tunnel }
ui-rule-mode = ما يمر عبره
ui-rule-mode-as-configured = كما في الإعدادات
ui-rule-mode-only = هذه الشبكات فقط
ui-rule-networks = الشبكات
ui-rule-does-up = تشغيل { $tunnels }
ui-rule-does-down = كل الأنفاق التلقائية متوقفة
ui-rule-kill = مفتاح القطع
ui-rule-kill-default = كما في الإعدادات
ui-rule-kill-is = مفتاح القطع: { $when }
ui-rule-one-per-line = واحد في كل سطر
ui-rule-present = الحالي: { $value }
ui-rule-manual = يسري الاختيار اليدوي
ui-rule-manual-text = وينتهي دائمًا حين تتغير الشبكة.
ui-rule-manual-network = حتى تتغير الشبكة
ui-rule-manual-for = على الأكثر { $span }
ui-rule-kill-text = للقواعد التي لا تذكره.
ui-rule-failover = إذا لم يجب خادم
ui-rule-failover-text = تُجرَّب الخطوات بالترتيب، ثم النفق نفسه من جديد. الخادم الذي يجيب يبقى نفقه.
ui-rule-failover-none = لا شيء
ui-rule-failover-after = بعد { $span }
ui-rule-failover-steps = الخطوات
ui-rule-failover-step = الخطوة { $number }
ui-rule-failover-next-endpoint = تجربة عناوينه الأخرى
ui-rule-failover-up = تشغيل { $tunnel } بدلًا منه
ui-rule-failover-down = إيقافه
ui-rule-failover-add = إضافة خطوة
ui-rule-failover-remove = إزالة الخطوة { $number }
ui-match-link = نوع الشبكة
ui-match-wifi-name = اسم شبكة Wi-Fi
ui-match-access-point = نقطة الوصول
ui-match-wifi-security = حماية شبكة Wi-Fi
ui-match-gateway = البوابة
ui-match-subnet = الشبكة الفرعية
ui-match-dns-suffix = لاحقة DNS
ui-match-metered = محدودة
ui-match-time = الوقت
ui-match-other-vpn = شبكة VPN أخرى
ui-match-home-probe = مسبار البيت
ui-match-no-network = بلا شبكة
ui-match-wifi-name-hint = * لأي حروف و? لحرف واحد، و! في البداية تستثني أسماء.
ui-match-time-hint = مثل mon-fri 22:00-06:00
ui-link-wifi = Wi-Fi
ui-link-ethernet = Ethernet
ui-link-cellular = شبكة الهاتف
ui-link-other = نوع آخر
ui-security-open = بلا كلمة مرور
ui-security-wep = WEP
ui-security-wpa = WPA
ui-security-wpa2 = WPA2
ui-security-wpa3 = WPA3
ui-security-enterprise = Enterprise (802.1X)
ui-security-none = لا شيء
ui-fact = { $what }: { $value }
ui-fact-not = { $what } ليس { $value }
ui-fact-metered = حركة البيانات مدفوعة
ui-fact-metered-not = حركة البيانات مجانية
ui-fact-other-vpn = شبكة VPN أخرى تعمل
ui-fact-other-vpn-not = لا شبكة VPN أخرى تعمل
ui-fact-home-probe = يجيب البيت على المسبار
ui-fact-home-probe-not = لا يجيب البيت على المسبار
ui-fact-no-network = لا توجد شبكة
ui-fact-no-network-not = توجد شبكة
ui-fact-quoted = «{ $text }»
ui-seen = شوهد: { $value }
ui-network-none = هذا الحاسوب ليس في أي شبكة.
ui-network-unknown = شبكات هذا الحاسوب غير معروفة بعد.
ui-network-gateway = البوابة { $address }
ui-network-metered = محدودة
ui-network-portal = صفحة تسجيل دخول توقف حركة البيانات
ui-draft = نفق من { $from }
ui-draft-unusable = لا يمكن استيراده
ui-draft-unchecked = لم يُتحقق منه
ui-draft-leave-out = استبعاد هذا
ui-draft-edit = تحرير النص
ui-draft-keys = تبقى المفاتيح داخل البرنامج وتظهر علامات مكانها. حيث تبقى العلامة يبقى مفتاحها.
ui-import = { $count ->
    [0] استيراد
    [one] استيراد نفق واحد
   *[other] استيراد { $count } أنفاق
}
ui-importing = جارٍ الاستيراد…
ui-imported = استُورد { $done } من { $all }
ui-import-unreadable = { $count ->
    [one] لا يمكن قراءة ملف واحد.
   *[other] لا يمكن قراءة { $count } ملفات.
}
ui-import-too-large = الملف كبير جدًا.
ui-takeovers = أنفاق wg-quick
ui-takeovers-text = يمكن نقل هذه إلى Adit. تبقى ملفاتها في مكانها.
ui-takeover-up = يعمل
ui-takeover-down = متوقف
ui-take-over = نقل
ui-take-over-title = نقل { $name }؟
ui-take-over-file = يبقى الملف { $path } في مكانه دون تغيير، ويشغّل Adit النفق منه.
ui-take-over-stops-service = تُوقَف { $unit }: يتوقف النفق لحظة ثم يعود مع Adit.
ui-take-over-stops-tunnel = يُنهى النفق العامل كما يفعل wg-quick ثم يعود مع Adit.
ui-take-over-stays-off = النفق متوقف ويبقى متوقفًا حتى تشغّله.
ui-take-over-boot = يشغّله Adit عند إقلاع الحاسوب. وسيظل wg-quick يفعل ذلك أيضًا، فأنهِ ذلك بعدها من طرفية:
ui-take-over-fails = إن لم يعمل مع Adit أعاد wg-quick تشغيله.
ui-new-name = نفق جديد
ui-create = إنشاء

ui-configuration = الإعدادات
ui-editor-view = العرض
ui-editor-text = نص
ui-editor-form = نموذج
ui-undo = تراجع
ui-redo = إعادة
ui-editor-keys = يقترح Ctrl+Space ما يناسب موضع المؤشر، ويبحث Ctrl+F، ويتراجع Ctrl+Z عن تغيير.
ui-editor-failed = تعذّر تحميل المحرر.
ui-hide-keys = إخفاء المفاتيح
ui-completions = اقتراحات
ui-find = بحث
ui-find-replace-with = استبدال بـ
ui-find-next = التالي
ui-find-previous = السابق
ui-find-case = مطابقة حالة الأحرف
ui-find-word = كلمات كاملة
ui-find-pattern = تعبير نمطي
ui-find-replace = استبدال
ui-find-replace-all = استبدال الكل
ui-find-close = إغلاق البحث
ui-find-current = المطابقة الحالية
ui-find-replaced = استُبدل في السطر $
ui-find-replaced-all = استُبدلت $ مطابقات
ui-find-on-line = في السطر
ui-findings = النتائج
ui-no-findings = لا أخطاء ولا تحذيرات
ui-fix-replace = استبدله بـ { $text }
ui-fix-insert = أدرج { $text }
ui-fix-remove = أزله
ui-discard = تجاهل التغييرات
ui-load-newer = تحميل الإصدار الأحدث
ui-review-open = مراجعة وحفظ
ui-review = حفظ هذه التغييرات؟
ui-review-nothing = لا يتغيّر شيء في المعنى: تعليقات أو ترتيب أو مسافات فقط.
ui-review-more = { $count ->
    [one] تغيير آخر غير مذكور.
   *[other] { $count } تغييرات أخرى غير مذكورة.
}
ui-review-restart = لا تسري بعض التغييرات إلا عند إعادة تشغيل النفق.
ui-review-back = متابعة التحرير
ui-saved = { $count ->
    [0] حُفظ
    [one] حُفظ؛ سرى تغيير واحد
   *[other] حُفظ؛ سرت { $count } تغييرات
}
ui-saved-restart = حُفظ؛ أعد تشغيل النفق لتسري كل التغييرات
ui-form-this-end = هذا الحاسوب
ui-form-peer = الطرف { $number }
ui-form-through = ما يمر عبر هذا الطرف
ui-form-through-everything = كل شيء
ui-form-through-private = الشبكات الخاصة
ui-form-through-except = كل شيء عدا…
ui-form-through-custom = قائمة خاصة
ui-form-except-what = شبكات تبقى خارجًا
ui-form-own-key = اتركه فارغًا لتنشئ الخدمة مفتاحًا لا يغادرها أبدًا.
ui-form-add-peer = إضافة طرف
ui-form-remove = إزالة { $peer }
ui-form-remove-peer = إزالة هذا الطرف
ui-form-remove-title = إزالة { $peer }؟
ui-form-remove-text = تخرج مفاتيحه ونقطة نهايته وشبكاته من الإعدادات. يعيدها التراجع ما لم تُحفظ التغييرات أو تُهمَل.
ui-psk-none = لا يوجد
ui-psk-set = مضبوط، تحتفظ به الخدمة
ui-psk-new = جديد: يحتاج الطرف الآخر إلى المفتاح نفسه
ui-psk-make = إنشاء مفتاح
ui-psk-replace = إنشاء مفتاح آخر
ui-psk-copy = نسخ
ui-psk-remove = إزالة
ui-help-privatekey = المفتاح الخاص لهذا الطرف، 44 رمزًا
ui-help-address = عناوين هذا الحاسوب داخل النفق مثل 10.0.0.2/32
ui-help-dns = خوادم DNS ما دام النفق يعمل، ونطاقات البحث
ui-help-mtu = أكبر حزمة داخل النفق بالبايت؛ من دونها يجد Adit الحجم المناسب
ui-help-listenport = منفذ UDP لهذا الحاسوب؛ من دونه يختاره النظام
ui-help-table = جدول التوجيه لمسارات النفق: رقم أو auto أو off
ui-help-fwmark = علامة على الحزم المعمّاة لقواعدك الخاصة
ui-help-saveconfig = هل يُحفظ ما يعمل عند إيقاف النفق
ui-help-preup = أمر قبل إنشاء الواجهة؛ لا يُنفَّذ إلا بعد الموافقة عليه
ui-help-postup = أمر بعد أن يعمل كل شيء؛ لا يُنفَّذ إلا بعد الموافقة عليه
ui-help-predown = أمر قبل إلغاء أي شيء؛ لا يُنفَّذ إلا بعد الموافقة عليه
ui-help-postdown = أمر بعد إلغاء كل شيء؛ لا يُنفَّذ إلا بعد الموافقة عليه
ui-help-publickey = المفتاح العام للطرف الآخر، 44 رمزًا
ui-help-presharedkey = سر يشترك فيه الطرفان إلى جانب مفاتيحهما، 44 رمزًا
ui-help-endpoint = مكان الطرف الآخر: المضيف:المنفذ
ui-help-further-endpoints = قيمة Endpoint تُجرَّب إذا لم يُجب النظير عند التي قبلها؛ تتجاهلها البرامج الأخرى
ui-help-allowedips = الشبكات خلف الطرف الآخر؛ 0.0.0.0/0, ::/0 هي كل شيء
ui-help-persistentkeepalive = الثواني بين حزم تُبقي الطريق عبر NAT مفتوحًا، مثل 25

ui-version = الإصدار { $version }
ui-version-current = الحالي
ui-version-imported = مستورد
ui-version-edited = محرَّر
ui-version-rotated = استُبدل المفتاح
ui-version-saved = حُفظ مما كان يعمل
ui-version-restored = استُعيد من الإصدار { $version }
ui-restore = استعادة
ui-restored = استُعيد الإصدار { $version }

ui-export-warning = من يملك هذه الإعدادات يستطيع استخدام نفقك.
ui-export-warning-text = فيها المفتاح الخاص. قد يطلب الحاسوب كلمة مرورك.
ui-export-copy = نسخ الإعدادات
ui-export-copied = نُسخت؛ تُفرَّغ الحافظة بعد 60 ث
ui-export-qr = عرض كرمز QR
ui-export-qr-hint = امسحه بتطبيق WireGuard على هاتف.
ui-export-qr-hide = إخفاء
ui-export-file = حفظ في ملف…
ui-export-saved = حُفظ { $file }
ui-export-all = تصدير جميع الأنفاق
ui-export-all-hint = جميع الإعدادات مع مفاتيحها في أرشيف zip غير مشفّر.
ui-export-all-open = تصدير…
ui-export-all-warning = من يملك هذا الأرشيف يستطيع استخدام جميع أنفاقك.
ui-export-all-warning-text = يحتوي على جميع المفاتيح الخاصة وهو غير مشفّر. قد يطلب الحاسوب كلمة مرورك.
ui-export-all-save = حفظ كأرشيف zip…
ui-export-all-better = لحفظ الأنفاق أو نقلها إلى حاسوب آخر، أنشئ نسخة احتياطية مشفّرة بدلاً من ذلك.

ui-backups = النسخ الاحتياطي والتصدير
ui-backup = نسخ جميع الأنفاق احتياطيًا
ui-backup-hint = الأنفاق والمفاتيح والإعدادات في ملف واحد مشفّر.
ui-backup-open = نسخ احتياطي…
ui-backup-text = توضع جميع الأنفاق مع مفاتيحها وإعداداتها في ملف واحد مشفّر. لا يُفتح إلا بعبارة المرور، ولا أحد يستطيع استعادة عبارة مفقودة.
ui-backup-passphrase = عبارة المرور
ui-backup-repeat = العبارة نفسها مرة أخرى
ui-backup-differs = عبارتا المرور مختلفتان.
ui-backup-weak = سهلة التخمين: من يحصل على الملف يستطيع تجربة العبارات القصيرة. عدة كلمات متتالية أفضل.
ui-backup-fair = جيدة. كلمة أخرى تجعلها أقوى.
ui-backup-strong = صعبة التخمين
ui-backup-no-key = يطلب { $tunnels } مفتاحه الخاص، لذا لا تحتويه النسخة الاحتياطية.
ui-backup-rotation = المفتاح الجديد لـ { $tunnels } ليس في النسخة الاحتياطية حتى يحل محل القديم.
ui-backup-save = حفظ النسخة الاحتياطية…
ui-backup-busy = يجري إنشاء النسخة الاحتياطية. يستغرق التشفير لحظة.
ui-backup-saved = كُتب { $file }: { $count ->
    [zero] لا أنفاق
    [one] نفق واحد
    [two] نفقان
    [few] { $count } أنفاق
    [many] { $count } نفقًا
   *[other] { $count } نفق
}، مشفّر
ui-backup-none = لا يوجد نفق لنسخه احتياطيًا.
ui-restore-backup = استعادة نسخة احتياطية
ui-restore-backup-hint = إضافة أنفاق من نسخة احتياطية، أو استبدال المختلفة منها.
ui-restore-open = استعادة…
ui-restore-text = يُظهر Adit كيف تختلف أنفاق النسخة الاحتياطية عن أنفاق هذا الحاسوب. لا يتغير شيء قبل أن ترى ذلك.
ui-restore-choose = اختيار نسخة احتياطية…
ui-restore-other = اختيار أخرى…
ui-restore-decrypt = فتح
ui-restore-busy = يجري فتح النسخة الاحتياطية. يستغرق فك التشفير لحظة.
ui-restore-made = أُنشئت { $moment } بواسطة { $program }
ui-restore-new = جديد
ui-restore-same = مطابق
ui-restore-different = مختلف
ui-restore-refused = لا يمكن استعادته
ui-restore-want-new = إضافة { $tunnel }
ui-restore-want-different = استبدال { $tunnel }
ui-restore-interface = يحصل على الواجهة { $interface }، لأن { $other } مستخدمة.
ui-restore-keeps = يحتفظ بواجهته { $interface }، وهي { $other } في النسخة الاحتياطية.
ui-restore-replaces = تُستبدل الأنفاق المحددة المختلفة. تبقى إعداداتها الحالية بين الإصدارات السابقة.
ui-restore-nothing = جميع أنفاق النسخة الاحتياطية موجودة هنا ومطابقة.
ui-restore-start = { $count ->
    [0] استعادة
    [one] استعادة نفق واحد
    [two] استعادة نفقين
    [few] استعادة { $count } أنفاق
    [many] استعادة { $count } نفقًا
   *[other] استعادة { $count } نفق
}
ui-restore-carrying-out = جارٍ الاستعادة…
ui-restore-finished = { $done ->
    [0] لم يُستعد أي نفق
    [one] استُعيد نفق واحد
    [two] استُعيد نفقان
    [few] استُعيدت { $done } أنفاق
    [many] استُعيد { $done } نفقًا
   *[other] استُعيد { $done } نفق
}
ui-restore-added = أُضيف
ui-restore-replaced = استُبدل
ui-restore-left = يبقى كما هو
ui-restore-not-added = لم يُضف
ui-restore-failed = لم يُستعد
ui-restore-unsure = انقطع الاتصال بالخدمة. ربما استُعيد.
ui-restore-commands = له أوامر لا تُنفَّذ إلا بعد موافقتك عليها.
ui-restore-restart = لا تسري بعض التغييرات إلا عند إعادة تشغيل النفق.
ui-restore-remains = تعذّر التراجع عن خطوات سابقة:
ui-restore-text-differs = تعليقات الإعدادات أو ترتيبها أو مسافاتها
ui-restore-reminder = التذكير بالمفاتيح القديمة
ui-yes = نعم
ui-no = لا
ui-backup-problem-unreadable = لا يمكن قراءة الملف.
ui-backup-problem-too-large = الملف أكبر مما يمكن أن تكون عليه نسخة احتياطية.
ui-backup-problem-not-a-backup = هذه ليست نسخة احتياطية من Adit.
ui-backup-problem-damaged = النسخة الاحتياطية تالفة: تغيّر جزء منها أو فُقد.
ui-backup-problem-needs-identity = النسخة الاحتياطية مشفّرة لمستلم. استعدها في الطرفية باستخدام ملف المفتاح السري:
ui-backup-problem-wrong-passphrase = هذه ليست عبارة مرور هذه النسخة الاحتياطية.
ui-backup-problem-too-much-work = فتح هذا الملف يتطلب ذاكرة ووقتًا أكثر من اللازم. لم ينشئه Adit.
ui-backup-problem-newer = أنشأ إصدار أحدث من Adit هذه النسخة الاحتياطية. حدّث Adit لاستعادتها.
ui-backup-problem-content = المحتوى ليس محتوى نسخة احتياطية.

ui-rotation-none = استبدال مفتاح هذا النفق
ui-rotation-none-text = تنشئ الخدمة مفتاحًا جديدًا بينما يستمر النفق بمفتاحه القديم. تعطي الطرف الآخر المفتاح العام الجديد، ثم تبدّل عندما يجيب.
ui-rotation-age = عمر المفتاح الحالي { $span } على الأقل.
ui-rotation-begin = إنشاء مفتاح جديد
ui-rotation-waits = ينتظر مفتاح جديد
ui-rotation-tell = أعطِ هذا للطرف الآخر:
ui-rotation-test-text = اعرف إن كان الطرف الآخر يعرفه بالفعل.
ui-rotation-test = اختبار المفتاح الجديد
ui-rotation-answered = أجاب: { $peers }
ui-rotation-silent = لا جواب: { $peers }
ui-rotation-not-asked = تعذّر سؤاله: { $peers }
ui-rotation-finish-text = استبدل المفتاح القديم.
ui-rotation-finish = استخدام المفتاح الجديد
ui-rotation-anyway = استخدامه على أي حال
ui-rotation-cancel = التخلي عن المفتاح الجديد
ui-rotation-done = للنفق مفتاحه الجديد
ui-key-reminder = التذكير بتجديد المفتاح
ui-key-reminder-text = يقول Adit ذلك عندما يصير المفتاح أقدم من هذا.

ui-log-level = المستوى
ui-log-error = خطأ
ui-log-warn = تحذير
ui-log-info = معلومة
ui-log-debug = تنقيح
ui-log-tunnel = النفق
ui-log-all-tunnels = كل الأنفاق
ui-log-search = بحث في السجل
ui-log-copy = نسخ
ui-log-copied = { $count ->
    [one] نُسخ سطر واحد
   *[other] نُسخت { $count } أسطر
}
ui-log-empty = لا سطر يطابق.
ui-log-follow = أحدث الأسطر

ui-appearance = المظهر
ui-theme = السمة
ui-theme-system = النظام
ui-theme-light = فاتحة
ui-theme-dark = داكنة
ui-theme-contrast = تباين عالٍ
ui-theme-contrast-light = تباين عالٍ، فاتحة
ui-theme-contrast-dark = تباين عالٍ، داكنة
ui-language = اللغة
ui-language-system = كما في النظام
ui-rates = السرعة بـ
ui-rates-bits = البت
ui-rates-bytes = البايت
ui-desktop = الشريط والإشعارات
ui-show-tray = إظهار أيقونة في الشريط
ui-tray-off = إغلاق النافذة ينهي Adit. تبقى الأنفاق كما هي.
ui-close-hides = إغلاق النافذة إلى الشريط
ui-no-tray = لا يوجد شريط أيقونات هنا: إغلاق النافذة ينهي Adit. تبقى الأنفاق كما هي.
ui-start-at-login = البدء عند تسجيل الدخول
ui-notify = أخبرني عندما
ui-notify-up = يُشغَّل نفق
ui-notify-down = يتوقف نفق
ui-notify-rules = تشغّل قاعدة نفقًا أو توقفه أو تغيّر ما يمرّ عبره
ui-notify-silent = لا يجيب أحد لمدة 5 دقائق
ui-notify-answers = يجيب الطرف الآخر من جديد
ui-notify-blocked = يحجب مفتاح القطع الحركة
ui-notify-key-old = يصبح مفتاح قديمًا
ui-service = الخدمة
ui-service-version = الإصدار
ui-service-protocol = العقد
ui-service-started = تعمل منذ
ui-service-role = يُسمح لك
ui-about-title = حول Adit
ui-about = Adit برنامج حر برخصتي MIT وApache 2.0. WireGuard علامة تجارية مسجلة لـ Jason A. Donenfeld.
ui-support = حزمة الدعم
ui-support-hint = الإصدارات والحالات والإعدادات دون مفاتيح والسجل، نصًا لمن يساعدك.
ui-support-open = معاينة
ui-support-text = كل ما يساعد على معرفة سبب المشكلة، نصًا: الإصدارات والحالات والإعدادات والتشخيصات والسجل. المفاتيح الخاصة والمشتركة والأوامر والتعليقات غير مضمّنة. اقرأها قبل أن تعطيها لأحد؛ لا يرسل Adit شيئًا.
ui-support-hide = إخفاء عناوين IP وأسماء نقاط النهاية
ui-support-copy = نسخ الكل
ui-support-copied = نُسخت حزمة الدعم
ui-support-file = لكتابة هذه الملفات في أرشيف، اكتب في طرفية:

ui-shortcuts = اختصارات لوحة المفاتيح
ui-shortcuts-text = يمكن فعل كل شيء في هذه النافذة بلوحة المفاتيح.
ui-shortcut-import = استيراد ملفات
ui-shortcut-new = نفق جديد
ui-shortcut-edit = تحرير النفق
ui-shortcut-search = البحث في الأنفاق
ui-shortcut-log = السجل
ui-shortcut-settings = الإعدادات
ui-shortcut-move = التنقل في القائمة
ui-shortcut-toggle = تشغيل النفق أو إيقافه
ui-shortcut-remove = إزالة النفق
ui-shortcut-back = رجوع
ui-shortcut-help = هذه الصفحة
ui-shortcuts-editor = في المحرر
ui-shortcut-complete = اقتراح ما يناسب موضع المؤشر
ui-shortcut-find = البحث في النص

## Captive portals
error-portal-is-open = يمكن لبرنامج من { $by } الوصول إلى صفحة تسجيل الدخول بالفعل
    .advice = انتظر حتى ينتهي
    .command = أنهِ ذلك بالأمر: adit portal --close
error-portal-not-shut-out = لا يوجد مفتاح قطع مغلق، لذلك لا يُفتح شيء لصفحة تسجيل الدخول
    .advice = أوقف النفق مؤقتًا إن كان أحدها يعمل، ثم استخدم المتصفح مباشرة
event-portal-open = يمكن لـ { $by } الوصول إلى صفحة تسجيل الدخول للشبكة
event-portal-captive = تطلب هذه الشبكة تسجيل الدخول ({ $interface })
event-portal-none = لا توجد صفحة تسجيل دخول، أو لا أحد يعرف بها
log-portal-opened = يمكن لبرنامج واحد الوصول إلى صفحة تسجيل الدخول لمدة { $span } على الأكثر ({ $by })
log-portal-host = يمكن للبرنامج الوصول إلى { $host }
log-portal-closed = أُغلقت صفحة تسجيل الدخول من جديد: { $why }
log-portal-not-opened = تعذر فتح الطريق إلى صفحة تسجيل الدخول: { $error }
log-portal-not-closed = تعذر إغلاق الطريق إلى صفحة تسجيل الدخول، وسيُغلق من تلقاء نفسه عند انتهاء مدته: { $error }
portal-end-asked = طلب مستخدم ذلك
portal-end-time-over = انتهى الوقت
portal-end-program-gone = انتهى البرنامج
portal-end-network-changed = تغيرت الشبكة
portal-end-passed = تسمح الشبكة بمرور البيانات
portal-end-service-ended = انتهت الخدمة
portal-hint = تطلب الشبكة على { $interface } تسجيل الدخول، وصفحتها محجوبة؛ افتحها بالأمر: adit portal
ui-portal-text = صفحة تسجيل الدخول محجوبة. لفتحها لمتصفح واحد، اكتب في الطرفية:
portal-opened = لمدة { $span } على الأكثر، يمكن لمتصفح واحد الوصول إلى صفحة تسجيل الدخول؛ وتبقى كل البيانات الأخرى محجوبة
portal-browser = يُفتح { $program } بملف شخصي خاص به يُحذف بعد ذلك: سجّل الدخول هناك
portal-proxy = سجّل الدخول بمتصفح يستخدم وكيل HTTP { $proxy }، على { $url }
portal-no-browser = لم يُعثر على متصفح يقبل ملفًا شخصيًا ووكيلًا
portal-online = تسمح هذه الشبكة بمرور البيانات
portal-captive = تطلب هذه الشبكة تسجيل الدخول
portal-unknown = لا يُعرف هل تطلب هذه الشبكة تسجيل الدخول: { $error }
portal-ended = أُغلقت صفحة تسجيل الدخول من جديد: { $why }
portal-closed = لا يمكن لأي برنامج الوصول إلى صفحة تسجيل دخول الآن
