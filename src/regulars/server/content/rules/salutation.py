"""How one speaks to a customer: 钱先生, Ms Li; an organisation by its name."""

from __future__ import annotations

# Two-character surnames still in daily use.
DOUBLE = frozenset(
    {
        *("欧阳", "司马", "上官", "诸葛", "东方", "皇甫"),
        *("尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯"),
    }
)


def salutation(name: str, name_en: str, *, gender: str, is_organization: bool, zh: bool) -> str:
    """Address a customer in one language; by the whole name where the gender is not known."""
    whole = name if name and (zh or not name_en) else name_en
    if is_organization or not name or not gender:
        return whole
    if zh:
        return f"{surname(name)}{'女士' if gender == 'female' else '先生'}"
    return f"{'Ms' if gender == 'female' else 'Mr'} {name_en.split()[0]}" if name_en else name


def surname(name: str) -> str:
    return name[:2] if name[:2] in DOUBLE and len(name) > 2 else name[:1]
