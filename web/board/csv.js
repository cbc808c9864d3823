// The tasks as a table for spreadsheets (RFC 4180): one row for each, and one for each project that has none. A byte
// order mark makes spreadsheets read it as UTF-8.

import { dayOf, dayText } from './dates.js';
import { namesShown, texts } from './language.js';
import { namesOf, periodOf, planOf, progressOf, statusOf, textOf, typeOf } from './plan.js';
import { memberName, statusName } from './terms.js';

const t = texts({
    project: ['项目', 'Project'],
    task: ['任务', 'Task'],
    progress: ['进度（%）', 'Progress (%)'],
    days: ['天数（自然日）', 'Calendar days'],
});

const byteOrderMark = '\ufeff';

export function tasksCsv(document) {
    const { projects, strays } = planOf(document);
    const rows = projects.flatMap(({ item, tasks }) =>
        tasks.length === 0 ? [rowOf(document, item, null)] : tasks.map((task) => rowOf(document, item, task.item)));
    rows.unshift(heads());
    rows.push(...strays.map((task) => rowOf(document, {}, task.item)));
    return byteOrderMark + rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

function heads() {
    const members = (...names) => names.map((name) => memberName(name));
    return [t('project'), t('task'), ...members('type', 'status'), t('progress'), ...members('startDate', 'endDate'),
        t('days'), ...members('assignees', 'remark', 'owner', 'pmo', 'productManager')];
}

// Of a task, or of a project without any.
function rowOf(document, project, task) {
    const item = task ?? project;
    const { start, end } = periodOf(item);
    return [
        textOf(project.name), textOf(task?.name), task === null ? '' : textOf(typeOf(document, task).name),
        statusName(statusOf(item)), progressOf(item),
        dayCell(item.startDate), dayCell(item.endDate), start === null ? '' : end - start + 1,
        namesShown(namesOf(task?.assignees)), textOf(item.remark),
        textOf(project.owner), textOf(project.pmo), textOf(project.productManager),
    ];
}

function dayCell(value) {
    const day = dayOf(value);
    return day === null ? textOf(value) : dayText(day);
}

function cellText(value) {
    const text = harmless(String(value).replace(/\r\n?/g, '\n'));
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// Spreadsheets compute what begins with these signs, some of them with the full-width ones as well. Numbers may.
function harmless(text) {
    const isNumber = /^[+-]?\d+(?:\.\d+)?$/.test(text);
    return /^[=+\-@\t\n＝＋－＠]/.test(text) && !isNumber ? `'${text}` : text;
}
