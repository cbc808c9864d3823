// Short messages at the edge of the page, with at most one thing to do about each. They are read out, and go by
// themselves unless they tell of a failure. And what stands in the place of something that cannot be shown.

import { button, element } from './dom.js';
import { texts } from './language.js';

const t = texts({
    done: [(what) => `已${what}`, (what) => what],
    undo: ['撤销', 'Undo'],
    close: ['关闭', 'Close'],
    failed: ['无法载入', 'This cannot be loaded'],
    region: ['通知', 'Messages'],
    retry: ['立即重试', 'Try again now'],
});

const lifetime = 8000; // milliseconds
const shownMax = 3;

let list = null;

export function noticesNode() {
    list ??= element('div', { class: 'notices', role: 'region' });
    list.setAttribute('aria-label', t('region'));
    return list;
}

// `action` is { text, run }; `isFailure` makes it stay. -> a function that takes it away.
export function noticeShow(text, { action = null, isFailure = false } = {}) {
    const close = () => {
        clearTimeout(timer);
        node.remove();
    };
    const kind = isFailure ? { class: 'notice failure', role: 'alert' } : { class: 'notice', role: 'status' };
    const node = element('div', kind,
        element('span', { class: 'notice-text' }, text),
        action === null ? null : button({ text: action.text, class: 'notice-action' }, () => {
            close();
            action.run();
        }),
        button({ icon: 'close', label: t('close'), class: 'quiet' }, close));
    const timer = isFailure ? 0 : setTimeout(close, lifetime);
    noticesNode().append(node);
    while (list.children.length > shownMax)
        list.firstChild.remove();
    return close;
}

// Says what was done, with its way back, until something else is done.
export function undoOffer(keeper, text) {
    const close = noticeShow(text, { action: { text: t('undo'), run: () => keeper.undo() } });
    keeper.addEventListener('change', function changed({ detail }) {
        if (detail !== 'edit')
            return;
        keeper.removeEventListener('change', changed);
        close();
    });
}

// Edits as the keeper does, and says what was done; or why it could not be. -> whether anything changed.
export function editTold(keeper, name, change, text = t('done', name)) {
    try {
        if (!keeper.edit(name, change))
            return false;
    } catch (error) {
        if (!(error instanceof TypeError))
            throw error;
        noticeShow(error.message, { isFailure: true });
        return false;
    }
    undoOffer(keeper, text);
    return true;
}

// Why something could not be loaded (a ServerFailure), and what can be done about it: `retry`, and `more` buttons.
export function failureNode({ message, details }, retry, ...more) {
    return element('div', { class: 'placeholder', role: 'alert' },
        element('h2', {}, t('failed')),
        element('p', {}, message), details ? element('p', { class: 'detail' }, details) : null,
        element('p', {}, button({ text: t('retry'), class: 'primary', dataset: { key: 'retry' } }, retry), ' ', more));
}
