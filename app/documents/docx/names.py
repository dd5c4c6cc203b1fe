"""The qualified names of WordprocessingML that the readers look for."""

WML = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{WML}}}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

P, TBL, TR, TC = f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc"
PPR, RPR, TRPR, TCPR, TBLPR = f"{W}pPr", f"{W}rPr", f"{W}trPr", f"{W}tcPr", f"{W}tblPr"
SDT, SDT_CONTENT, SDT_PR = f"{W}sdt", f"{W}sdtContent", f"{W}sdtPr"
VAL = f"{W}val"
ID = f"{W}id"
AUTHOR = f"{W}author"

#: Wrappers whose children stand where the wrapper stands.
TRANSPARENT = frozenset({f"{W}smartTag", f"{W}customXml", f"{W}hyperlink", f"{W}dir", f"{W}bdo"})
INSERTED = frozenset({f"{W}ins", f"{W}moveTo"})
DELETED = frozenset({f"{W}del", f"{W}moveFrom"})
