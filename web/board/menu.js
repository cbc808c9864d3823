// A button that opens a menu below it, by the browser's own popover: it closes by Escape and by a click elsewhere.

import { button, element, icon, newNodeId } from './dom.js';

// `items` are [{ icon, text, run, isDisabled, kind }], or a function that gives them each time the menu opens.
// -> { button, menu }, both to be put into the page.
export function menuButton(appearance, items) {
    const menu = menuNode(items, () => opener);
    const opener = button({
        ...appearance, popovertarget: menu.id, 'aria-haspopup': 'menu', 'aria-expanded': 'false',
    });
    menu.addEventListener('beforetoggle', (event) => {
        opener.setAttribute('aria-expanded', String(event.newState === 'open'));
    });
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
    const menu = element('div', { id: newNodeId('menu'), class: 'menu', popover: 'auto', role: 'menu' });
    menu.addEventListener('beforetoggle', (event) => {
        if (event.newState !== 'open')
            return;
        const current = typeof items === 'function' ? items() : items;
        menu.replaceChildren(...current.map((item) => itemNode(menu, item)));
    });
    menu.addEventListener('toggle', (event) => event.newState === 'open' && opened(menu, anchor()));
    menu.addEventListener('keydown', (event) => itemsWalk(event, '[role=menuitem]:enabled'));
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

function opened(menu, anchor) {
    popoverPlace(menu, anchor);
    menu.querySelector('[role=menuitem]:enabled')?.focus();
}

// Puts an open popover below its anchor, an element or whatever has a bounding rectangle, or above it where there is no
// room, and inside the window.
export function popoverPlace(popover, anchor) {
    const { left, top, bottom } = anchor.getBoundingClientRect();
    const { width, height } = popover.getBoundingClientRect();
    const isBelow = bottom + height < innerHeight || top < height;
    popover.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    popover.style.top = `${isBelow ? bottom + 4 : top - height - 4}px`;
}

// Up and down by the arrow keys, Home and End, among what a selector finds in the element that listens.
export function itemsWalk(event, selector) {
    const items = [...event.currentTarget.querySelectorAll(selector)];
    const place = items.indexOf(document.activeElement);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined)
        return;
    event.preventDefault();
    items.at(next % items.length).focus();
}
