// Elements are made here, from parts: text is only ever text. Nothing of a document becomes markup.

// An element with attributes and children. Of the attributes, `on…` with a function listens, `style` (an object)
// and `dataset` are set by the DOM's own properties, true stands for an attribute without a value. Children are
// nodes, texts, arrays of these. What is false, null or undefined is left out.
export function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    attributesSet(made, attributes);
    made.append(...children.flat(Infinity).filter((child) => !isLeftOut(child)));
    return made;
}

function isLeftOut(value) {
    return value === null || value === undefined || value === false;
}

// The icons of the page: one path each, 20 units wide, drawn in the colour of the text.
const icons = {
    add: 'M10 4v12M4 10h12',
    calendar: 'M4 5h12v11H4zM4 8.5h12M7 3v3M13 3v3',
    check: 'M4 10.5l4 4 8-9',
    chevronDown: 'M5 8l5 5 5-5',
    chevronLeft: 'M12 5l-5 5 5 5',
    chevronRight: 'M8 5l5 5-5 5',
    close: 'M5 5l10 10M15 5L5 15',
    copy: 'M7 7h9v9H7zM4 13V4h9',
    down: 'M10 4v12M5 11l5 5 5-5',
    download: 'M10 3v9M6 9l4 4 4-4M4 16h12',
    edit: 'M4 16l1-4 8-8 3 3-8 8zM11 6l3 3',
    filter: 'M3 5h14M6 10h8M8.5 15h3',
    history: 'M4 10a6 6 0 1 0 2-4.5M4 3v3.5h3.5M10 7v3.5l2.5 1.5',
    menu: 'M3 6h14M3 10h14M3 14h14',
    more: 'M5 10h.01M10 10h.01M15 10h.01',
    people: 'M7.5 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 16c0-3 2-4.5 4.5-4.5S12 13 12 16' +
        'M13 9a2 2 0 1 0 0-4M14 11.5c2 .3 3 2 3 4.5',
    print: 'M6 8V3h8v5M6 14H4V8h12v6h-2M6 12h8v5H6z',
    redo: 'M13 4l3 3-3 3M16 7H8a4 4 0 0 0 0 8h3',
    remove: 'M4 6h12M8 6V4h4v2M6 6l1 10h6l1-10',
    search: 'M9 14A5 5 0 1 0 9 4a5 5 0 0 0 0 10zM13 13l4 4',
    settings: 'M3 6h8M15 6h2M13 4v4M3 14h2M9 14h8M7 12v4',
    undo: 'M7 4L4 7l3 3M4 7h8a4 4 0 0 1 0 8H9',
    up: 'M10 16V4M5 9l5-5 5 5',
    upload: 'M10 13V4M6 8l4-4 4 4M4 16h12',
    warning: 'M10 3l7.5 13h-15zM10 8v4M10 14h.01',
};

export function icon(name) {
    return shape('svg', { viewBox: '0 0 20 20', class: 'icon', 'aria-hidden': 'true' },
        shape('path', { d: icons[name] }));
}

// Drawings are made as elements are.
export function shape(name, attributes, ...children) {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    attributesSet(made, attributes);
    made.append(...children.flat());
    return made;
}

// A button: with an icon alone it needs a label, which is its tooltip, too.
export function button({ icon: shape, text, label, ...attributes }, onclick = null) {
    const hint = text ? {} : { 'aria-label': label, title: label };
    return element('button', { type: 'button', ...hint, ...attributes, onclick },
        shape ? icon(shape) : null, text ? element('span', {}, text) : null);
}

// Makes nodes the children of an element, in their order. What stays where it is is not touched, and what has the focus
// is not moved, for that would take it away.
export function childrenSet(parent, nodes) {
    if (nodes.length === parent.childNodes.length && nodes.every((node, index) => parent.childNodes[index] === node))
        return;
    const still = nodes.findIndex((node) => parent.contains(node) && node.contains(document.activeElement));
    if (still < 0) {
        parent.replaceChildren(...nodes);
        return;
    }
    for (const gone of [...parent.childNodes].filter((node) => !nodes.includes(node)))
        gone.remove();
    nodes[still].before(...nodes.slice(0, still));
    nodes[still].after(...nodes.slice(still + 1));
}

const focusable = 'button, a, [tabindex]';

// Makes `node` the content of `place`, unless it would look the same. What had the focus is known again by its
// data-key, or that of what it is in.
export function contentExchange(place, node) {
    if (place.childNodes.length === 1 && place.firstChild.isEqualNode(node))
        return;
    const focused = place.contains(document.activeElement) ? document.activeElement.closest('[data-key]') : null;
    place.replaceChildren(node);
    if (focused === null)
        return;
    const { key } = focused.dataset;
    const found = [...place.querySelectorAll('[data-key]')].find((one) => one.dataset.key === key);
    (found?.matches(focusable) ? found : found?.querySelector(focusable))?.focus({ preventScroll: true });
}

// Setting the same text again would be read out again, and undo a selection.
export function textSet(node, text) {
    if (node.textContent !== text)
        node.textContent = text;
}

let nodeIds = 0;

// An id that no other element has.
export function newNodeId(prefix) {
    return `${prefix}-${++nodeIds}`;
}

// As `element` sets them.
export function attributesSet(made, attributes) {
    for (const [name, value] of Object.entries(attributes)) {
        if (isLeftOut(value))
            continue;
        if (name.startsWith('on'))
            made.addEventListener(name.slice(2), value);
        else if (name === 'dataset')
            Object.assign(made.dataset, value);
        else if (name === 'style')
            stylesSet(made, value);
        else if (name === 'value' || name === 'checked' || name === 'selected' || name === 'indeterminate')
            made[name] = value;
        else
            made.setAttribute(name, value === true ? '' : value);
    }
}

function stylesSet(made, styles) {
    for (const [name, value] of Object.entries(styles))
        made.style.setProperty(name, value);
}
