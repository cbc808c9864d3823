// The versions of the document as a time line, newest first, by day.

import { dayOfLocalDate, dayShown, timeShown, today } from './dates.js';
import { element, icon } from './dom.js';
import { sizeShown, texts } from './language.js';
import { itemsWalk } from './menu.js';
import { kindTag, saverShown } from './version_words.js';

const t = texts({
    today: ['今天', 'Today'],
    yesterday: ['昨天', 'Yesterday'],
    damaged: ['已损坏', 'damaged'],
});

// `versions` are those of version_words.js; `selected` is the revision of the one that is shown beside the list, and
// `onpick` is given that of one that somebody picks.
export function versionList(versions, { selected, isDamaged, onpick }) {
    const days = Map.groupBy(versions, ({ revision }) => dayOfLocalDate(new Date(revision)));
    const nodeOf = (version) => versionNode(version, version.revision === selected, isDamaged, onpick);
    return element('div', { class: 'versions', onkeydown: (event) => itemsWalk(event, '.version') },
        [...days].map(([day, its]) => [element('h3', {}, dayTitle(day)), element('ol', {}, its.map(nodeOf))]));
}

// "Today", or the date with its weekday.
function dayTitle(day) {
    const options = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' };
    return { [today()]: t('today'), [today() - 1]: t('yesterday') }[day] ?? dayShown(day, options);
}

function versionNode(version, isSelected, isDamaged, onpick) {
    const { revision, kind, bytes, savedBy, isPinned } = version;
    const kinds = [kind, isPinned && 'pinned'].filter((one) => one && one !== 'replaced');
    return element('li', {}, element('button', {
        type: 'button', class: 'version', dataset: { key: revision }, 'aria-current': isSelected ? 'true' : null,
        onclick: () => onpick(revision),
    },
    element('span', { class: 'version-time' }, timeShown(revision)),
    kinds.map(kindTag),
    kind === 'current' && isDamaged
        ? element('span', { class: 'tag', 'data-tone': 'bad' }, icon('warning'), t('damaged')) : null,
    savedBy ? element('bdi', { class: 'version-saver', title: saverShown(version) }, savedBy) : null,
    bytes === undefined ? null : element('span', { class: 'detail' }, sizeShown(bytes))));
}
