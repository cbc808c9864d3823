// A button that opens a menu below it, by the browser's own popover: it closes by Escape and by a click elsewhere.

import { button, element, icon } from './dom.js';

let made = 0;

// `items` are [{ icon, text, run, isDisabled, kind }], or a function that gives them each time the menu opens.
// -> { button, menu }, both to be put into the page.
export function menuButton(appearance, items) {
    const menu = menuNode(items, () => opener);
    const opener = button({ ...appearance, 'aria-haspopup': 'menu', 'aria-expanded': 'false' }, () => menu.togglePopover());
    opener.setAttribute('popovertarget', menu.id);
    // The attribute opens it already.
    opener.addEventListener('click', (event) => event.preventDefault(), { capture: true });
    menu.addEventListener('beforetoggle', (event) => opener.setAttribute('aria-expanded', String(event.newState === 'open')));
    return { button: opener, menu };
}

// A menu that many things share: `open` shows it at an element, or at anything else that has a bounding rectangle.
// -> { menu, open(anchor) }
export function menuShared(items) {
    let anchor = null;
    const menu = menuNode(items, () => anchor);
    const open = (at) => {
        anchor = at;
        menu.hidePopover();
        menu.showPopover();
    };
    return { menu, open };
}

function menuNode(items, anchor) {
    const menu = element('div', { id: `menu-${++made}`, class: 'menu', popover: 'auto', role: 'menu' });
    menu.addEventListener('beforetoggle', (event) => {
        if (event.newState === 'open')
            menu.replaceChildren(...(typeof items === 'function' ? items() : items).map((item) => itemNode(menu, item)));
    });
    menu.addEventListener('toggle', (event) => event.newState === 'open' && opened(menu, anchor()));
    menu.addEventListener('keydown', (event) => walk(menu, event));
    return menu;
}

function itemNode(menu, { icon: shape, text, run, isDisabled = false, kind = '' }) {
    return element('button', {
        type: 'button', role: 'menuitem', class: kind, disabled: isDisabled,
        onclick: () => {
            menu.hidePopover();
            run();
        },
    }, shape ? icon(shape) : null, text);
}

// Below the button, or above it where there is no room, and inside the window.
function opened(menu, opener) {
    const anchor = opener.getBoundingClientRect();
    const { width, height } = menu.getBoundingClientRect();
    const isBelow = anchor.bottom + height < innerHeight || anchor.top < height;
    menu.style.left = `${Math.max(8, Math.min(anchor.left, innerWidth - width - 8))}px`;
    menu.style.top = `${isBelow ? anchor.bottom + 4 : anchor.top - height - 4}px`;
    menu.querySelector('[role=menuitem]:enabled')?.focus();
}

function walk(menu, event) {
    const items = [...menu.querySelectorAll('[role=menuitem]:enabled')];
    const place = items.indexOf(document.activeElement);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined)
        return;
    event.preventDefault();
    items.at(next % items.length).focus();
}
