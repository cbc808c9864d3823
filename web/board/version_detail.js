// One version of the document: what it is, what changed, what was in it, and how to have it back.

import { differencesNode } from './difference_list.js';
import { differencesOf, isNone } from './differences.js';
import { differencesSummary } from './difference_words.js';
import { button, element, icon } from './dom.js';
import { texts } from './language.js';
import { agoShown, kindMeaning, momentWhole, sizeShown } from './version_words.js';

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
    const facts = [agoShown(revision), bytes === undefined ? null : sizeShown(bytes)].filter((part) => part !== null);
    return element('header', { class: 'version-head' },
        titleNode(t('title', momentWhole(revision))),
        modes.length === 0 ? element('p', { class: 'version-damaged' }, icon('warning'), t('damaged'))
            : element('p', { class: 'detail' }, `${kindMeaning(version)} ${facts.join(' · ')}`),
        element('p', { class: 'version-tools' },
            kind === 'current' ? null : button(
                { icon: 'undo', text: t('restore'), class: 'primary', dataset: { key: 'restore' } }, onrestore),
            modes.length === 0 ? null : downloadLink(revision)),
        modes.length === 0 ? null : element('div', { class: 'version-modes', role: 'group', 'aria-label': t('modes') },
            modes.map((name) => button({
                text: t(name === 'save' && kind === 'submitted' ? 'merging' : name),
                'aria-pressed': String(name === mode), dataset: { key: name },
            }, () => onmode(name)))));
}

// The server's own text: numbers keep their spelling.
function downloadLink(revision) {
    const name = `schedule-${new Date(revision).toISOString().slice(0, 19).replaceAll(':', '')}.json`;
    return element('a', {
        class: 'button-link', href: `/api/backups/${revision}`, download: name, dataset: { key: 'download' },
    }, icon('download'), t('download'));
}

// `list` is how a long list is shown (difference_list.js).
export function sinceNode(then, now, list) {
    return comparison(then, now, { title: t('sinceThen'), none: t('isNow'), list });
}

// `other` is the neighbour of the version (version_words.js) with its document, or undefined.
export function saveNode({ kind, document }, other, list) {
    const isSubmitted = kind === 'submitted';
    if (other === undefined)
        return element('p', { class: 'detail' }, t(isSubmitted ? 'noneAfter' : 'noneBefore'));
    const title = t(isSubmitted ? 'merged' : 'against', momentWhole(other.revision));
    const [before, after] = isSubmitted ? [document, other.document] : [other.document, document];
    return comparison(before, after, { title, none: `${title}${t('same')}`, list });
}

function comparison(before, after, { title, none, list }) {
    const differences = differencesOf(...typesShared(before, after));
    if (isNone(differences))
        return element('p', { class: 'comparison' }, none);
    return element('div', {},
        element('p', { class: 'comparison' }, title, element('strong', {}, differencesSummary(differences))),
        differencesNode(differences, list));
}

// A document without task types is loaded with six of the server's own: that these are not in a version is no change.
function typesShared(before, after) {
    const hasTypes = ({ taskTypes }) => Array.isArray(taskTypes) && taskTypes.length > 0;
    if (hasTypes(before) === hasTypes(after))
        return [before, after];
    return [{ ...before, taskTypes: [] }, { ...after, taskTypes: [] }];
}
