"""Features of PowerPoint files that python-pptx lacks: autoplay of videos, and sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from pptx.slide import Slide as Page

_PML = "http://schemas.openxmlformats.org/presentationml/2006/main"
_P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"
_SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
"""URI of the extension in which PowerPoint 2010 and later store sections."""

# What PowerPoint writes for "start automatically": after the slide has appeared, the only effect
# of its sequence plays the video from the beginning; `hold` keeps the last picture.
_TIMING = f"""
<p:timing xmlns:p="{_PML}"><p:tnLst><p:par>
 <p:cTn id="1" dur="indefinite" restart="never" nodeType="tmRoot"><p:childTnLst>
  <p:seq concurrent="1" nextAc="seek">
   <p:cTn id="2" dur="indefinite" nodeType="mainSeq"><p:childTnLst><p:par>
    <p:cTn id="3" fill="hold">
     <p:stCondLst>
      <p:cond delay="indefinite"/><p:cond evt="onBegin" delay="0"><p:tn val="2"/></p:cond>
     </p:stCondLst>
     <p:childTnLst><p:par><p:cTn id="4" fill="hold">
      <p:stCondLst><p:cond delay="0"/></p:stCondLst>
      <p:childTnLst><p:par>
       <p:cTn id="5" presetID="1" presetClass="mediacall" presetSubtype="0" fill="hold"
              nodeType="afterEffect">
        <p:stCondLst><p:cond delay="0"/></p:stCondLst>
        <p:childTnLst><p:cmd type="call" cmd="playFrom(0.0)"><p:cBhvr>
         <p:cTn id="6" dur="{{milliseconds}}" fill="hold"/>
         <p:tgtEl><p:spTgt spid="{{shape}}"/></p:tgtEl>
        </p:cBhvr></p:cmd></p:childTnLst>
       </p:cTn>
      </p:par></p:childTnLst>
     </p:cTn></p:par></p:childTnLst>
    </p:cTn>
   </p:par></p:childTnLst></p:cTn>
   <p:prevCondLst>
    <p:cond evt="onPrev" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond>
   </p:prevCondLst>
   <p:nextCondLst>
    <p:cond evt="onNext" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond>
   </p:nextCondLst>
  </p:seq>
  <p:video><p:cMediaNode vol="80000">
   <p:cTn id="7" fill="hold" display="0">
    <p:stCondLst><p:cond delay="indefinite"/></p:stCondLst>
   </p:cTn>
   <p:tgtEl><p:spTgt spid="{{shape}}"/></p:tgtEl>
  </p:cMediaNode></p:video>
 </p:childTnLst></p:cTn>
</p:par></p:tnLst></p:timing>
"""


def play_by_itself(page: Page, shape: int, seconds: float) -> None:
    """Make the only video of a slide play once when the slide appears, and keep its last picture.

    Parameters
    ----------
    shape
        The shape ID of the video.
    seconds
        Duration of the video.
    """
    from pptx.oxml import parse_xml

    slide: Any = page._element
    for timing in slide.findall(f"{{{_PML}}}timing"):
        slide.remove(timing)
    text = "".join(line.strip() + " " for line in _TIMING.strip().splitlines())
    slide.append(parse_xml(text.format(milliseconds=round(seconds * 1000), shape=shape)))


def group_slides(presentation: Any, groups: Sequence[tuple[str, Sequence[Page]]]) -> None:
    """Group the slides of a presentation, in their order, into named sections."""
    from pptx.oxml import parse_xml

    sections = "".join(
        f"<p14:section name={quoteattr(name)} id={quoteattr(_identity(n, name))}><p14:sldIdLst>"
        + "".join(f'<p14:sldId id="{page.slide_id}"/>' for page in pages)
        + "</p14:sldIdLst></p14:section>"
        for n, (name, pages) in enumerate(groups)
    )
    extension = parse_xml(
        f'<p:extLst xmlns:p="{_PML}"><p:ext uri="{_SECTIONS}">'
        f'<p14:sectionLst xmlns:p14="{_P14}">{sections}</p14:sectionLst></p:ext></p:extLst>'
    )
    presentation._element.append(extension)


def _identity(number: int, name: str) -> str:
    return f"{{{str(uuid5(NAMESPACE_URL, f'{number} {name}')).upper()}}}"
