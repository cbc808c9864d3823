// The history records in the document itself, which the page before this one wrote. What a change looks like was left
// to whoever wrote it: it is shown as it is.

import { momentShown } from './dates.js';
import { valueShown } from './difference_words.js';
import { element } from './dom.js';
import { texts } from './language.js';
import { longListNode } from './long_list.js';
import { isObject } from './merge.js';
import { planOf, textOf } from './plan.js';
import { memberName } from './terms.js';

const t = texts({
    meaning: ['旧页面写在文档里的修改记录，新的在上面。', 'What the page before this one wrote into the document, newest first.'],
    member: [(name, value) => `${name}：${value}`, (name, value) => `${name}: ${value}`],
    semicolon: ['；', '; '],
});

const words = texts({
    create: ['新建', 'Created'],
    update: ['修改', 'Changed'],
    delete: ['删除', 'Deleted'],
    project: ['项目', 'project'],
    task: ['任务', 'task'],
    taskType: ['任务类型', 'task type'],
});

// `list` is how a long list is shown (long_list.js).
export function recordList(document, list) {
    const records = planOf(document).historyRecords.map(({ item }) => item).toReversed()
        .sort((left, right) => (timeOf(right) ?? 0) - (timeOf(left) ?? 0));
    const make = (count) => [element('ol', { class: 'history-rows' }, records.slice(0, count).map(recordNode))];
    return element('div', {},
        element('p', { class: 'detail' }, t('meaning')),
        longListNode(make, { total: records.length, first: 50, list }));
}

function recordNode(record) {
    const time = timeOf(record);
    const who = [time === null ? textOf(record.operatedAt) : momentShown(time), textOf(record.operator)];
    const what = [wordOf(record.operation), wordOf(record.entityType), textOf(record.entityName)];
    const joined = (parts, separator) => parts.filter((part) => part !== '').join(separator);
    return element('li', { tabindex: '-1' },
        element('p', { class: 'detail' }, joined(who, ' · ')),
        element('strong', {}, joined(what, ' ')),
        element('p', { class: 'record-changes' }, changesText(record.changes)));
}

function wordOf(value) {
    const word = textOf(value);
    return words.has(word) ? words(word) : word;
}

function timeOf({ operatedAt }) {
    const time = new Date(typeof operatedAt === 'number' ? operatedAt : textOf(operatedAt)).getTime();
    return Number.isNaN(time) ? null : time;
}

// A text as it is, lists in lines.
function changesText(changes) {
    if (Array.isArray(changes))
        return changes.map(changesText).join('\n');
    if (!isObject(changes))
        return textOf(changes);
    const members = Object.entries(changes).map(([name, value]) =>
        t('member', memberName(name), valueShown(name, value)));
    return members.join(t('semicolon'));
}
