// The versions of the document that the server keeps, and what is said of one.

import { dayOfLocalDate, dayShown, today } from './dates.js';
import { locale, texts } from './language.js';

const t = texts({
    current: ['当前版本', 'Current version'],
    replaced: ['历史版本', 'Earlier version'],
    submitted: ['合并前提交', 'Sent before merging'],
    pinned: ['手动保留', 'Kept by hand'],
    currentMeaning: ['现在保存的文档。', 'The document as it is saved now.'],
    replacedMeaning: ['在下一次保存之前，它就是当时的文档。', 'It was the document until the next save.'],
    submittedMeaning: [
        '有人提交的原样，随后与他人的修改合并；不含他人当时的修改。',
        'Just as somebody sent it, before it was merged with changes by others; it lacks these.'],
    pinnedMeaning: ['有人手动保留的副本，不会自动清理。', 'A copy that somebody kept by hand; it does not expire.'],
    unknownMeaning: ['它不在版本列表中，可能已到期。', 'It is not in the list of versions; it may have expired.'],
    justNow: ['刚刚', 'just now'],
    today: ['今天', 'Today'],
    yesterday: ['昨天', 'Yesterday'],
});

// The server's list (server.js, backupsList) as [{ revision, kind, bytes }], newest first. `kind` is the server's word,
// or 'current'; `isPinned` says that the current one is kept by hand besides.
export function versionsOf({ revision, backups }) {
    const versions = new Map();
    if (revision > 0)
        versions.set(revision, { revision, kind: 'current', isPinned: false });
    for (const backup of backups) {
        const known = versions.get(backup.revision);
        if (known === undefined)
            versions.set(backup.revision, { revision: backup.revision, kind: backup.kind, bytes: backup.bytes });
        else if (known.kind === 'current')
            Object.assign(known, { bytes: backup.bytes, isPinned: backup.kind === 'pinned' });
    }
    return [...versions.values()].sort((left, right) => right.revision - left.revision);
}

// What a version is compared with to see what one save did: what it replaced or, for what was sent and merged, what
// came of that. undefined, if none is kept.
export function neighbourOf(version, versions) {
    const whole = versions.filter(({ kind }) => kind !== 'submitted');
    if (version.kind === 'submitted')
        return whole.findLast(({ revision }) => revision > version.revision);
    return whole.find(({ revision }) => revision < version.revision);
}

export function kindName({ kind }) {
    return t(kind);
}

export function kindMeaning({ kind }) {
    return t.has(kind) ? t(`${kind}Meaning`) : t('unknownMeaning');
}

const minute = 60000; // milliseconds
const units = [['minute', minute], ['hour', 60 * minute], ['day', 24 * 60 * minute]];

// "2 hours ago"
export function agoShown(revision) {
    const passed = Math.max(0, Date.now() - revision);
    if (passed < minute)
        return t('justNow');
    const [unit, length] = units.findLast(([, itsLength]) => passed >= itsLength);
    return formatter('RelativeTimeFormat', { numeric: 'auto' }).format(-Math.floor(passed / length), unit);
}

export function sizeShown(bytes) {
    const [amount, unit] = bytes < 1e6 ? [Math.ceil(bytes / 1000), 'kilobyte'] : [bytes / 1e6, 'megabyte'];
    return formatter('NumberFormat', { style: 'unit', unit, maximumFractionDigits: 1 }).format(amount);
}

export function timeShown(revision) {
    return formatter('DateTimeFormat', { timeStyle: 'medium' }).format(revision);
}

// "Today", or the date with its weekday.
export function dayTitle(day) {
    const options = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' };
    return { [today()]: t('today'), [today() - 1]: t('yesterday') }[day] ?? dayShown(day, options);
}

export function dayOfRevision(revision) {
    return dayOfLocalDate(new Date(revision));
}

// "26 November 2026 at 14:03:22"
export function momentWhole(revision) {
    return formatter('DateTimeFormat', { dateStyle: 'long', timeStyle: 'medium' }).format(revision);
}

// Making one costs a thousand times what using it does.
const formatters = new Map();

function formatter(kind, options) {
    const key = `${locale()} ${kind} ${JSON.stringify(options)}`;
    if (!formatters.has(key))
        formatters.set(key, new Intl[kind](locale(), options));
    return formatters.get(key);
}
