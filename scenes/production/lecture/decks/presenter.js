// The presenter's window. It is filled from here, so that it needs neither a file nor messages.

let presenter = null;
let began = Date.now();

function openPresenter() {
  if (presenter && !presenter.closed) return presenter.focus();
  presenter = window.open("", "", "popup,width=1100,height=760");
  if (!presenter) {
    tellNumber("Allow pop-ups for the presenter view");
    return;
  }
  const page = presenter.document;
  page.title = `Presenter: ${document.title}`;
  page.documentElement.lang = "en";
  page.documentElement.className = "presenter";
  page.head.append(one("style").cloneNode(true));
  for (const id of ["now", "coming", "notes", "clock"]) {
    page.body.append(Object.assign(page.createElement("div"), { id }));
  }
  const button = page.createElement("button");
  button.type = "button";
  button.dataset.do = "zero";
  button.textContent = "Set to zero (z)";
  one("#clock", page).append(page.createElement("p"), button);
  page.addEventListener("keydown", onKey);
  page.addEventListener("click", onClick);
  tellPresenter();
  tick();
}

function tellPresenter() {
  if (!presenter || presenter.closed) return;
  const page = presenter.document;
  for (const [id, n, label] of [["now", shown, "Now"], ["coming", shown + 1, "Next"]]) {
    const frame = page.createElement("div");
    frame.className = "frame";
    if (slides[n]) frame.append(page.importNode(one(".stage img", slides[n]) ?? slides[n], true));
    all(".slide", frame).forEach(slide => { slide.hidden = false; slide.removeAttribute("id"); });
    const heading = page.createElement("h2");
    heading.textContent = slides[n] ? `${label}: ${n + 1} / ${total}` : "The end";
    one(`#${id}`, page).replaceChildren(heading, frame);
  }
  // What is not on the screen: the slide and its sentence are seen above.
  one("#notes", page).replaceChildren(
    ...all(".speak", slides[shown]).map(notes => page.importNode(notes, true)));
}

function setClock() {
  began = Date.now();
  tellTime();
}

function tellTime() {
  if (!presenter || presenter.closed) return;
  const seconds = Math.floor((Date.now() - began) / 1000);
  const two = n => String(n).padStart(2, "0");
  one("#clock p", presenter.document).textContent =
    `${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}\n` +
    `${two(Math.floor(seconds / 60))}:${two(seconds % 60)} since the start`;
}

function tick() {
  if (!presenter || presenter.closed) return;
  tellTime();
  setTimeout(tick, 500);
}
