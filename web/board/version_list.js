// The versions of the document as a time line, newest first, by day.

import { element, icon } from './dom.js';
import { texts } from './language.js';
import { agoShown, dayOfRevision, dayTitle, kindName, sizeShown, timeShown } from './version_words.js';

const t = texts({
    damaged: ['已损坏', 'damaged'],
    kept: ['手动保留', 'Kept by hand'],
});

// `versions` are those of version_words.js; `selected` is the revision of the one that is shown beside the list, and
// `onpick` is given that of one that somebody picks.
export function versionList(versions, { selected, isDamaged, onpick }) {
    const days = Map.groupBy(versions, ({ revision }) => dayOfRevision(revision));
    const nodeOf = (version) => versionNode(version, version.revision === selected, isDamaged, onpick);
    return element('div', { class: 'versions', onkeydown: walk }, [...days].map(([day, its]) =>
        [element('h3', {}, dayTitle(day)), element('ol', {}, its.map(nodeOf))]));
}

function versionNode(version, isSelected, isDamaged, onpick) {
    const { revision, kind, bytes, isPinned } = version;
    const notes = [kind === 'replaced' ? null : kindName(version), isPinned ? t('kept') : null];
    const isBroken = kind === 'current' && isDamaged;
    return element('li', {}, element('button', {
        type: 'button', class: 'version', dataset: { kind, key: revision }, 'aria-current': isSelected ? 'true' : null,
        onclick: () => onpick(revision),
    },
    element('span', { class: 'version-dot' }),
    element('span', { class: 'version-time' }, timeShown(revision)),
    element('span', { class: 'version-kind' }, notes.filter((note) => note !== null).join(' · '),
        isBroken ? element('span', { class: 'version-broken' }, icon('warning'), t('damaged')) : null),
    element('span', { class: 'detail' }, [agoShown(revision), bytes === undefined ? null : sizeShown(bytes)]
        .filter((part) => part !== null).join(' · '))));
}

// By the arrow keys as well.
function walk(event) {
    const versions = [...event.currentTarget.querySelectorAll('.version')];
    const place = versions.indexOf(document.activeElement);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: versions.length - 1 }[event.key];
    if (place < 0 || versions[next] === undefined)
        return;
    event.preventDefault();
    versions[next].focus();
}
