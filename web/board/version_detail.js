// One version of the document: what it is, what changed, what was in it, and how to have it back.

import { momentWhole } from './dates.js';
import { comparisonNode } from './difference_list.js';
import { button, element, icon } from './dom.js';
import { sizeShown, texts } from './language.js';
import { kindMeaning, saverShown } from './version_words.js';

const t = texts({
    title: [(moment) => `${moment} 的版本`, (moment) => `Version of ${moment}`],
    restore: ['恢复此版本', 'Restore this one'],
    download: ['下载 JSON', 'Download as JSON'],
    modes: ['显示内容', 'What is shown'],
    now: ['此后的变化', 'Changes since then'],
    save: ['这次保存的修改', 'What this save changed'],
    merging: ['合并的结果', 'What merging made of it'],
    document: ['当时的文档', 'The document'],
    sinceThen: ['从这个版本到现在：', 'From this version to the document now: '],
    isNow: ['与现在的文档相同', 'The document now is the same'],
    against: [
        (moment) => `与前一个保留的版本（${moment}）相比：`,
        (moment) => `Compared with the version kept before it, of ${moment}: `],
    merged: [
        (moment) => `从提交的内容到合并后的版本（${moment}）：`,
        (moment) => `From what was sent to the version that came of it, of ${moment}: `],
    noneBefore: ['没有更早的版本可以比较', 'No earlier version is kept to compare it with'],
    noneAfter: ['没有保留合并后的版本', 'The version that came of it is not kept'],
    same: ['没有差别', 'No difference'],
    damaged: ['保存的文档已损坏，无法读取。请从列表中选择一个版本恢复。',
        'The stored document is damaged and cannot be read. Choose a version from the list and restore it.'],
});

// What can be shown of a version, the best first. A damaged document shows nothing.
export function modesOf({ kind }, { hasNow, isDamaged }) {
    if (kind === 'current')
        return isDamaged ? [] : ['save', 'document'];
    return hasNow ? ['now', 'save', 'document'] : ['document', 'save'];
}

// It can have the focus where there is no other place for it.
export function titleNode(text) {
    return element('h2', { tabindex: '-1', dataset: { key: 'title' } }, text);
}

export function versionHead(version, { mode, modes, onmode, onrestore }) {
    const { revision, kind, bytes } = version;
    const title = titleNode(t('title', momentWhole(revision)));
    const saver = saverShown(version);
    if (modes.length === 0)
        return element('header', { class: 'version-head' },
            title, element('p', { class: 'version-damaged' }, icon('warning'), t('damaged')));
    const restore = { icon: 'undo', text: t('restore'), class: 'primary', dataset: { key: 'restore' } };
    return element('header', { class: 'version-head' },
        title,
        element('p', { class: 'detail' }, kindMeaning(kind), bytes === undefined ? null : ` ${sizeShown(bytes)}`),
        saver && element('p', { class: 'version-saver', title: saver }, saver),
        element('p', { class: 'version-tools' },
            kind === 'current' ? null : button(restore, onrestore), downloadLink(revision)),
        element('div', { class: 'segments', role: 'group', 'aria-label': t('modes') }, modes.map((name) => button({
            text: t(name === 'save' && kind === 'submitted' ? 'merging' : name),
            'aria-pressed': String(name === mode), dataset: { key: name },
        }, () => onmode(name)))));
}

// The server's own text: numbers keep their spelling.
function downloadLink(revision) {
    const name = `schedule-${new Date(revision).toISOString().slice(0, 19).replaceAll(':', '')}.json`;
    return element('a', {
        class: 'button', href: `/api/backups/${revision}`, download: name, dataset: { key: 'download' },
    }, icon('download'), t('download'));
}

// `list` is how a long list is shown (long_list.js).
export function sinceNode(then, now, list) {
    return comparisonNode(then, now, { title: t('sinceThen'), none: t('isNow'), list });
}

// `other` is the neighbour of the version (version_words.js) with its document, or undefined.
export function saveNode({ kind, document }, other, list) {
    const isSubmitted = kind === 'submitted';
    if (other === undefined)
        return element('p', { class: 'detail' }, t(isSubmitted ? 'noneAfter' : 'noneBefore'));
    const title = t(isSubmitted ? 'merged' : 'against', momentWhole(other.revision));
    const [before, after] = isSubmitted ? [document, other.document] : [other.document, document];
    return comparisonNode(before, after, { title, none: `${title}${t('same')}`, list });
}
