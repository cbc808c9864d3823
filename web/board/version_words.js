// The versions of the document that the server keeps, and what is said of one.

import { element } from './dom.js';
import { texts } from './language.js';

const t = texts({
    current: ['当前版本', 'Current version'],
    replaced: ['历史版本', 'Earlier version'],
    submitted: ['合并前的提交', 'Sent before merging'],
    pinned: ['手动保留', 'Kept by hand'],
    currentMeaning: ['现在保存的文档。', 'The document as it is saved now.'],
    replacedMeaning: ['在下一次保存之前，它就是当时的文档。', 'It was the document until the next save.'],
    submittedMeaning: [
        '有人提交的原样，随后与他人的修改合并；不含他人当时的修改。',
        'Just as somebody sent it, before it was merged with changes by others; it lacks these.'],
    pinnedMeaning: ['有人手动保留的副本，不会自动清理。', 'A copy that somebody kept by hand; it does not expire.'],
    savedBy: [(name) => `由 ${name} 保存`, (name) => `Saved by ${name}`],
    sentBy: [(name) => `由 ${name} 提交`, (name) => `Sent by ${name}`],
    unknownMeaning: ['它不在版本列表中，可能已到期。', 'It is not in the list of versions; it may have expired.'],
});

// The server's list (server.js, backupsList) as [{ revision, kind, bytes, savedBy }], newest first. `kind` is the
// server's word, or 'current'; `isPinned` says that the current one is kept by hand besides; `savedBy` is the name of
// who saved it, where that is known.
export function versionsOf({ revision, savedBy, backups }) {
    const copy = backups.find((backup) => backup.revision === revision);
    const current = { revision, kind: 'current', bytes: copy?.bytes, savedBy, isPinned: copy?.kind === 'pinned' };
    const others = backups.filter((backup) => backup !== copy);
    return [...revision > 0 ? [current] : [], ...others].sort((left, right) => right.revision - left.revision);
}

// What a version is compared with to see what one save did: what it replaced or, for what was sent and merged, what
// came of that. undefined, if none is kept.
export function neighbourOf(version, versions) {
    const whole = versions.filter(({ kind }) => kind !== 'submitted');
    if (version.kind === 'submitted')
        return whole.findLast(({ revision }) => revision > version.revision);
    return whole.find(({ revision }) => revision < version.revision);
}

const tones = { current: 'accent', pinned: 'good' };

export function kindTag(kind) {
    return element('span', { class: 'tag', 'data-tone': tones[kind] }, t(kind));
}

export function kindMeaning(kind) {
    return t.has(kind) ? t(`${kind}Meaning`) : t('unknownMeaning');
}

// Who saved a version, in words; null where that is not known. The name is between marks that isolate it: it may turn
// its own direction, but not that of the words around it.
export function saverShown({ kind, savedBy }) {
    return savedBy ? t(kind === 'submitted' ? 'sentBy' : 'savedBy', `\u2068${savedBy}\u2069`) : null;
}
