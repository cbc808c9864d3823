// Dialogs, by the browser's own <dialog>: it holds the focus, closes by Escape and gives the focus back.

import { button, element, icon } from './dom.js';
import { texts } from './language.js';

const t = texts({
    cancel: ['取消', 'Cancel'],
    close: ['关闭', 'Close'],
});

// Opens a dialog with a title, a body (nodes) and buttons: [{ text, icon, kind, run, isAside }], `kind` is 'primary',
// 'danger' or nothing. `run` is called after the form was found valid by `check`; unless it returns false the dialog
// closes. The first button is what Enter does, and Ctrl+Enter where Enter is a new line. One that `isAside` stands
// apart and runs whatever the form says. Escape and the buttons that only close ask `mayClose` first; `cancel` is the
// text of one of these. -> { node, form, close, choices }, the choices being the buttons' elements.
export function dialogOpen({
    title, body, buttons, class: className = '', cancel = t('cancel'), check = (form) => form.reportValidity(),
    mayClose = () => true, onclose = () => {},
}) {
    const heading = element('h2', { id: `dialog-${++opened}` }, title);
    const form = element('form', { method: 'dialog', novalidate: true });
    const node = element('dialog', { class: `dialog ${className}`, 'aria-labelledby': heading.id }, form);
    const close = () => node.close();
    const leave = () => mayClose() && close();
    const choices = buttons.map((choice, index) => choiceNode(choice, index === 0, () => {
        if ((choice.isAside || check(form)) && choice.run() !== false)
            close();
    }));
    const [asides, others] = [true, false].map((isAside) =>
        choices.filter((made, index) => Boolean(buttons[index].isAside) === isAside));
    const content = element('div', { class: 'dialog-body' }, body);
    // Where there is nothing to fill in, the focus begins where nothing happens.
    const isPlain = content.querySelector('input, select, textarea, button, a') === null;
    form.append(
        element('header', {}, heading, button({ icon: 'close', label: t('close'), class: 'quiet' }, leave)), content,
        element('footer', {}, asides.length > 0 ? element('div', { class: 'asides' }, asides) : null,
            button({ text: cancel, autofocus: isPlain }, leave), others.toReversed()));
    node.addEventListener('keydown', (event) => keyPressed(event, node, choices[0], leave));
    // By other means than a key, such as a phone's gesture for going back.
    node.addEventListener('cancel', (event) => {
        if (event.target !== node)
            return;
        event.preventDefault();
        leave();
    });
    node.addEventListener('close', () => {
        node.remove();
        onclose();
    });
    document.body.append(node);
    node.showModal();
    return { node, form, close, choices };
}

let opened = 0;

function choiceNode({ text, icon: shape, kind = '' }, isFirst, run) {
    return element('button', {
        type: isFirst ? 'submit' : 'button', class: kind,
        onclick: (event) => {
            event.preventDefault();
            run();
        },
    }, shape ? icon(shape) : null, text);
}

// Escape is ours to handle: a browser lets a page refuse it once, and the next one closes the dialog unasked. What is
// open inside the dialog has it first, and so has an input method that is composing.
function keyPressed(event, node, first, leave) {
    if (event.defaultPrevented || event.isComposing)
        return;
    if (event.key === 'Escape' && node.querySelector(':popover-open') === null) {
        event.preventDefault();
        leave();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        first?.click();
    }
}

// A field of a form: its label above, its control (in `content`, if it does not stand alone), and a hint below if there
// is one.
export function field(label, control, { hint = null, class: className = '', content = control } = {}) {
    control.id ||= `field-${++opened}`;
    const note = hint === null ? null : element('small', { id: `${control.id}-hint` }, hint);
    if (note !== null)
        control.setAttribute('aria-describedby', note.id);
    return element('div', { class: `field ${className}` }, element('label', { for: control.id }, label), content, note);
}

// A choice of one of [[value, text]].
export function select(choices, value, attributes = {}) {
    return element('select', attributes, choices.map(([itsValue, text]) =>
        element('option', { value: itsValue, selected: itsValue === value }, text)));
}
