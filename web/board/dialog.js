// Dialogs, by the browser's own <dialog>: it holds the focus, closes by Escape and gives the focus back.

import { button, element } from './dom.js';
import { texts } from './language.js';

const t = texts({
    cancel: ['取消', 'Cancel'],
    close: ['关闭', 'Close'],
});

// Opens a dialog with a title, a body (nodes) and buttons: [{ text, kind, run }], `kind` is 'primary', 'danger' or
// nothing. `run` is called after the form was found valid; unless it returns false the dialog closes. The first
// button is what Enter does. -> { node, form, close }
export function dialogOpen({ title, body, buttons, class: className = '', onclose = () => {} }) {
    const heading = element('h2', { id: `dialog-${++opened}` }, title);
    const form = element('form', { method: 'dialog', novalidate: true });
    const node = element('dialog', { class: `dialog ${className}`, 'aria-labelledby': heading.id }, form);
    const close = () => node.close();
    const choices = buttons.map(({ text, kind = '', run }, index) => element('button', {
        type: index === 0 ? 'submit' : 'button', class: kind,
        onclick: (event) => {
            event.preventDefault();
            if (form.reportValidity() && run() !== false)
                close();
        },
    }, text));
    form.append(
        element('header', {}, heading, button({ icon: 'close', label: t('close'), class: 'quiet' }, close)),
        element('div', { class: 'dialog-body' }, body),
        element('footer', {}, button({ text: t('cancel') }, close), choices.toReversed()));
    node.addEventListener('close', () => {
        node.remove();
        onclose();
    });
    document.body.append(node);
    node.showModal();
    return { node, form, close };
}

let opened = 0;

// A field of a form: its label above, its control, and a hint below if there is one.
export function field(label, control, { hint = null, class: className = '' } = {}) {
    control.id ||= `field-${++opened}`;
    const note = hint === null ? null : element('small', { id: `${control.id}-hint` }, hint);
    if (note !== null)
        control.setAttribute('aria-describedby', note.id);
    return element('div', { class: `field ${className}` }, element('label', { for: control.id }, label), control, note);
}

// A choice of one of [[value, text]].
export function select(choices, value, attributes = {}) {
    return element('select', attributes, choices.map(([itsValue, text]) =>
        element('option', { value: itsValue, selected: itsValue === value }, text)));
}
