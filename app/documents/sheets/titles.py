"""The titles that columns of comment sheets have, in English, Malay and ISO's words."""

import re
from typing import Literal

Role = Literal[
    "number", "organisation", "constituency", "line", "page", "clause", "paragraph", "type", "comment",
    "proposed", "observation", "internal", "extra", "wid",
]  # fmt: skip

INTERNAL = re.compile(
    r"\binternal|not for circulation|confidential|\bprivate\b|\bdalaman\b|\bsulit\b|bukan untuk edaran"
    r"|tidak untuk edaran|do not (?:circulate|share)|own use|untuk kegunaan (?:dalaman|sendiri)"
    r"|e-?mail\b|\be-?mel\b"
    r"|telephone|\btelefon\b|\bphone\b|mobile|password",
)  # fmt: skip
ORGANISATION = (
    r"organi[sz]ations?(?: names?)?|agency or organi[sz]ation|agenc(?:y|ies)|bod(?:y|ies)|institutions?"
    r"|compan(?:y|ies)"
    r"|(?:affiliate |trade )?unions?|ministr(?:y|ies)|ministry/agency|submitted by|submitter"
    r"|respondents?|commenters?"
    r"|commentators?|stakeholders?(?: names?)?"
    r"|names? of (?:the )?(?:organi[sz]ation|agency|body|institution|stakeholder)"
    r"|members?|affiliates?|from|by|source|country|organisasi|agensi|pertubuhan|kementerian|jabatan"
    r"|badan|institusi|syarikat"
    r"|kesatuan|nama (?:organisasi|agensi|pertubuhan|kementerian|badan)|kementerian/agensi"
    r"|kementerian/jabatan/agensi"
    r"|jabatan/agensi|daripada|pihak|pengulas|pemegang taruh|responden"
)  # fmt: skip
#: In this order a title is tried; whole titles first, then its alternatives ("Fasal / Clause"), then words in it.
TITLES: tuple[tuple[Role, str, str], ...] = (
    ("wid", r"wid", r"(?!)"),  # ours: the permanent id of the clause that a row was printed for
    ("observation",
     (r"observations? (?:of|by|from|on) .*"
            r"|(?:responses?|replies|reply|resolutions?|dispositions?|decisions?)(?: (?:of|by|from) .*)?"
     r"|.*\b(?:secretariat|editor|drafter|urus ?setia|sekretariat|penggubal)\b.*|.*\bsecretariat's\b.*"
     r"|status|keputusan"
     r"|jawapan.*|respons\b.*|tindakan(?: susulan)?|follow-up|action taken|resulting text"),
     r"secretariat|urus ?setia|sekretariat|disposition|resolution|response (?:of|by|from)|jawapan"),
    ("proposed",
     (r"(?:proposed|suggested|recommended|requested) (?:changes?|text|wording|amendments?|revisions?|edits?|language"
     r"|modifications?|resolution|new text|rewording"
     r"|solutions?)(?: by (?:the )?\S+)?|proposals?|suggestions?|recommendations?"
     r"|amendments?|new (?:text|wording)|changes?|change (?:requested|proposed)|replacement(?: text)?"
     r"|rewording"
     r"|cadangan(?: (?:pindaan|perubahan|teks|ayat|penambahbaikan|baharu|baru))*"
     r"|pindaan(?: (?:yang )?dicadangkan)?"
     r"|(?:perubahan|teks|ayat) (?:yang )?dicadangkan|teks (?:cadangan|baharu|baru)|syor(?: pindaan)?"
     r"|pindaan yang disyorkan"),
     r"propos(?:ed|e|al)|suggest(?:ed|ion)?|recommended|cadangan|dicadangkan|disyorkan|pindaan"),
    ("type",
     (r"types?(?: of (?:the )?comments?)?|comment types?|kind(?: of comment)?"
      r"|categor(?:y|ies)(?: of comment)?"
     r"|nature(?: of comment)?|ge/te/ed|jenis(?: (?:ulasan|komen|maklum balas))?"
     r"|kategori(?: (?:ulasan|komen))?"),
     r"type of|jenis"),
    ("constituency",
     (r"constituenc(?:y|ies)|(?:stakeholder |interest )?groups?|sectors?|side|tripartite (?:group|side)"
     r"|stakeholder (?:categor(?:y|ies)|types?)"
     r"|(?:type|category) of (?:organi[sz]ation|stakeholder|respondent)"
     r"|konstituensi|kumpulan(?: (?:pihak )?berkepentingan)?|golongan|sektor"
     r"|kategori (?:pihak|organisasi|agensi|responden).*"),
     r"constituenc|konstituensi|stakeholder group"),
    ("line", r"lines?(?: (?:no|nos|numbers?))?|line ?#|(?:no|nombor|bil) ?baris|baris", r"line n|baris"),
    ("page", (r"pages?(?: (?:no|nos|numbers?))?|pg|page ?#|p|muka surat|m/s|ms|halaman"
     "|no muka surat"), r"muka surat"),
    ("paragraph",
     (r"para(?:graph)?s?(?: (?:no|numbers?))?"
      r"|para(?:graph)?s?(?:/ ?(?:figures?|tables?|notes?|items?|annex))*"
     r"|(?:figure|table)s?(?:/ ?(?:figure|table|note)s?)*|sub-?para(?:graph)?s?"
     r"|perenggan(?:/ ?(?:rajah|jadual|nota))*"
     r"|(?:rajah|jadual)(?:/ ?(?:rajah|jadual))*|sub-?items?|outcome ?/ ?activity|hasil ?/ ?aktiviti"
     r"|activit(?:y|ies)|aktiviti"
     r"|outcomes?|paragraph, figure(?:,| or|/) table(?:, note)?|no perenggan"),
     r"paragraph|perenggan"),
    ("clause",
     (r"(?:sub-?)?clauses?(?: ?/ ?sub-?clauses?)?(?: (?:no|nos|numbers?|ref|references?))?"
      r"|(?:sub-?)?sections?"
     r"(?:/ ?(?:sub-?)?(?:sections?|paragraphs?|chapters?|clauses?))*(?: (?:no|numbers?))?"
     r"|chapters?(?:/ ?sections?)*|articles?"
     r"|provisions?|places?(?: in (?:the )?(?:draft|text|document))?|locations?(?: in (?:the )?\w+)?"
     r"|references?"
     r"|(?:draft|document|text|clause|section) references?|parts?(?: of (?:the )?(?:draft|document|plan))?"
     r"|(?:sub-?)?fasal(?: ?/ ?sub-?fasal)?|no fasal|perkara|klausa(?: ?/ ?sub-?klausa)?"
     r"|(?:sub-?)?seksyen(?: ?/ ?sub-?seksyen)?"
     r"|bab(?: ?/ ?\w+)*|bahagian|rujukan(?: (?:fasal|draf|teks))?|tempat(?: dalam draf)?|lokasi|artikel"),
     r"clause|section|fasal|seksyen|klausa|bahagian|part of the"),
    ("organisation", ORGANISATION, r"organi[sz]ation|organisasi|agency\b|agensi|pertubuhan"),
    ("organisation", (r"mb|nc|mb ?/ ?nc|mb or nc|member (?:body|bodies)|national committees?"
     "|member body ?/ ?nc"), r"mb/nc"),
    ("comment",
     (r"(?:your |general |specific |detailed |main )?comments?(?: (?:and|or|on|with|/) .*)?"
      r"|comments?/observations?|feedback"
     r"|remarks?|views?|inputs?|issues?|observations?|comment text|concerns?|points?|text of (?:the )?comment"
     r"|(?:ulasan|komen)(?: ?(?:dan|/|&) ?\w+)*(?: (?:umum|anda))?|maklum ?balas|pandangan|catatan|isu"
     r"|teks ulasan"
     r"|justification(?: for change)?|rationale|ulasan (?:dan )?justifikasi"),
     r"comment|ulasan|komen|feedback|maklum ?balas|pandangan"),
    ("number", (r"no|nos|num|number|bil|bilangan|nombor|s/n|sn|item|item no|ref(?: no)?|id"
     "|comment (?:no|number|id|#)|#|row|serial"
     r"(?: no)?|issue number.*"), r"(?!)"),
)  # fmt: skip
