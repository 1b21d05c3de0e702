import DOMPurify from "dompurify";

/** Tags and attributes the Matrix specification suggests for `formatted_body`; pictures inside text are left out. */
const TAGS =
  "a b blockquote br caption code del details div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strong sub summary sup table tbody td th thead tr u ul".split(
    " ",
  );
const ATTRIBUTES = ["href", "start", "class", "data-mx-color", "data-mx-bg-color", "data-mx-spoiler"];
const COLOUR = /^#[0-9a-f]{6}$/i;
const LINK = /^(?:https?|mailto|magnet|matrix):/i;

/** Formatted text as nodes that can do no harm, with its links opening elsewhere. */
export function sanitize(html: string, spoilerLabel: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOWED_URI_REGEXP: LINK,
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noreferrer noopener";
  }
  for (const element of fragment.querySelectorAll("[class]")) {
    if (element.tagName !== "CODE" || !/^language-\w+$/.test(element.className))
      element.removeAttribute("class");
  }
  for (const element of fragment.querySelectorAll<HTMLElement>("[data-mx-color], [data-mx-bg-color]")) {
    paint(element);
  }
  for (const element of fragment.querySelectorAll<HTMLElement>("[data-mx-spoiler]")) {
    hide(element, spoilerLabel);
  }
  return fragment;
}

/** Set through the CSSOM: a `style` attribute in markup is what a strict CSP forbids. */
function paint(element: HTMLElement) {
  const { mxColor = "", mxBgColor = "" } = element.dataset;
  if (COLOUR.test(mxColor)) element.style.color = mxColor;
  if (COLOUR.test(mxBgColor)) element.style.backgroundColor = mxBgColor;
}

function hide(element: HTMLElement, label: string) {
  element.role = "button";
  element.tabIndex = 0;
  element.ariaLabel = label;
  const show = () => {
    element.removeAttribute("data-mx-spoiler");
    element.removeAttribute("role");
    element.removeAttribute("aria-label");
  };
  element.addEventListener("click", show, { once: true });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") show();
  });
}
