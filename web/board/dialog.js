// Dialogs, by the browser's own <dialog>: it holds the focus, closes by Escape and gives the focus back.

import { button, element, newNodeId } from './dom.js';
import { texts } from './language.js';

const t = texts({
    cancel: ['取消', 'Cancel'],
    close: ['关闭', 'Close'],
});

// Opens a dialog with a title, a body (nodes) and buttons: [{ text, icon, kind, run, isAside }], `kind` is 'primary',
// 'danger' or nothing. The first button is what Enter does, and Ctrl+Enter where Enter is a new line; one that
// `isAside` stands apart. Each closes the dialog, unless its `run` returns false. Escape and the buttons that only
// close ask `mayClose` first; `cancel` is the text of one of these. -> { node, choices }, the latter being the elements
// of the buttons.
export function dialogOpen({
    title, body, buttons, class: className = '', cancel = t('cancel'), mayClose = () => true, onclose = () => {},
}) {
    const heading = element('h2', { id: newNodeId('dialog') }, title);
    const content = element('div', { class: 'dialog-body' }, body);
    // Where there is nothing to fill in, the focus begins where nothing happens.
    const isPlain = content.querySelector('input, select, textarea, button, a') === null;
    const leave = () => mayClose() && node.close();
    const choices = buttons.map((choice, index) => choiceNode(choice, index === 0, () => node.close()));
    const asides = choices.filter((made, index) => buttons[index].isAside);
    const others = choices.filter((made, index) => !buttons[index].isAside);
    const node = element('dialog', { class: `dialog ${className}`, 'aria-labelledby': heading.id },
        element('form', { method: 'dialog', novalidate: true },
            element('header', {}, heading, button({ icon: 'close', label: t('close'), class: 'quiet' }, leave)),
            content,
            element('footer', {}, element('div', { class: 'asides' }, asides),
                button({ text: cancel, autofocus: isPlain }, leave), others.toReversed())));
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
    return { node, choices };
}

function choiceNode({ text, icon, kind = null, run }, isFirst, close) {
    return button({ icon, text, class: kind, type: isFirst ? 'submit' : 'button' }, (event) => {
        event.preventDefault();
        if (run() !== false)
            close();
    });
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

// A field of a form: its label above, and its control (in `content`, if it does not stand alone).
export function field(label, control, { class: className = '', content = control } = {}) {
    control.id ||= newNodeId('field');
    return element('div', { class: `field ${className}` }, element('label', { for: control.id }, label), content);
}

// A choice of one of [[value, text]].
export function select(choices, value, attributes = {}) {
    return element('select', attributes, choices.map(([itsValue, text]) =>
        element('option', { value: itsValue, selected: itsValue === value }, text)));
}
