// The settings: the lists that projects and tasks choose from, and what there is to know about the document.

import { momentShown } from './dates.js';
import { element } from './dom.js';
import { locale, texts } from './language.js';
import { presetsNode, SettingsList } from './settings_list.js';
import { collectionName } from './terms.js';

const t = texts({
    settings: ['设置', 'Settings'],
    about: ['关于', 'About'],
    revision: ['最近保存', 'Last saved'],
    revisionOf: [(time, revision) => `${time}（版本 ${revision}）`, (time, revision) => `${time} (revision ${revision})`],
    nothing: ['尚未保存任何内容', 'Nothing saved yet'],
    unknown: ['未知', 'not known'],
    size: ['文档大小', 'Size of the document'],
});

const collections = ['taskTypes', 'pmos', 'productManagers'];
const counted = ['projects', 'tasks', 'historyRecords'];

export function settingsView(keeper) {
    const lists = collections.map((collection) => new SettingsList(keeper, collection));
    const about = aboutMake(keeper);
    const node = element('section', { class: 'sheet settings', 'aria-label': t('settings') },
        lists.map((list) => list.node), about.node, presetsNode());
    keeper.addEventListener('state', about.update);
    const update = () => {
        for (const one of [...lists, about])
            one.update();
    };
    return { node, update, close: () => keeper.removeEventListener('state', about.update) };
}

// -> { node, update }
function aboutMake(keeper) {
    const facts = element('dl', { class: 'settings-facts' });
    const node = element('section', { class: 'card settings-section', 'aria-labelledby': 'settings-about' },
        element('h2', { id: 'settings-about' }, t('about')), facts);
    const update = () => {
        const { document, revision } = keeper;
        if (document === null)
            return;
        const pairs = [
            [t('revision'), revisionText(revision)],
            [t('size'), sizeText(new TextEncoder().encode(JSON.stringify(document)).length)],
            ...counted.map((collection) => [collectionName(collection), countText(document[collection])]),
        ];
        facts.replaceChildren(...pairs.map(([name, value]) =>
            element('div', {}, element('dt', {}, name), element('dd', {}, value))));
    };
    return { node, update };
}

function revisionText(revision) {
    if (revision === null)
        return t('unknown');
    return revision === 0 ? t('nothing') : t('revisionOf', momentShown(revision), revision);
}

function sizeText(bytes) {
    const [amount, unit] = bytes < 1024 * 1024 ? [bytes / 1024, 'kilobyte'] : [bytes / 1024 / 1024, 'megabyte'];
    return new Intl.NumberFormat(locale(), { style: 'unit', unit, maximumFractionDigits: 1 }).format(amount);
}

function countText(list) {
    return new Intl.NumberFormat(locale()).format(Array.isArray(list) ? list.length : 0);
}
