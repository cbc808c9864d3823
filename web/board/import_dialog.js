// A document from a file takes the place of the present one: chosen or dropped, checked, shown beside what there is,
// and only then imported. What was there before is in the history, and an undo away.

import { dialogOpen } from './dialog.js';
import { documentRead, hugeText, isHuge } from './document_check.js';
import { element, icon } from './dom.js';
import { locale, texts } from './language.js';
import { elementsKeyed, same } from './merge.js';
import { editTold } from './notices.js';
import { collectionName } from './terms.js';

const t = texts({
    title: ['导入 JSON', 'Import JSON'],
    choose: ['选择文件', 'Choose a file'],
    drop: ['或将文件拖放到此处', 'or drop it here'],
    safe: ['导入会替换整个文档；在您确认之前什么都不会改变。', 'Importing replaces the whole document. Nothing changes before you say so.'],
    replace: ['替换文档', 'Replace the document'],
    reading: ['正在读取…', 'Reading…'],
    unreadable: ['浏览器无法读取此文件；请重新选择', 'The browser cannot read this file; choose it once more'],
    refused: ['此文件无法导入；什么都没有改变', 'This file cannot be imported; nothing was changed'],
    odd: ['请留意（仍会原样导入）', 'Worth knowing; it is imported as it is'],
    more: [(count) => `……还有 ${count} 处`, (count) => `… and ${count} more`],
    same: ['文件与当前文档相同，无需导入', 'The file is the same as the present document'],
    contents: ['文件内容与当前文档的对比', 'The file beside the present document'],
    what: ['内容', 'What'],
    now: ['现在', 'Now'],
    after: ['导入后', 'After'],
    added: ['新增', 'New'],
    changed: ['修改', 'Changed'],
    gone: ['移除', 'Removed'],
    name: [(file) => `导入 ${file}`, (file) => `Imported ${file}`],
    done: [(file, projects, tasks) => `已导入 ${file}：${projects} 个项目，${tasks} 个任务。之前的文档可在“历史”中找回。`,
        (file, projects, tasks) => `Imported ${file} (projects: ${projects}, tasks: ${tasks}). ` +
            'The document before is in History.'],
});

const collections = ['projects', 'tasks', 'taskTypes', 'pmos', 'productManagers', 'historyRecords'];
const shownMax = 20;

export function importDialog(keeper) {
    const input = element('input', {
        type: 'file', id: 'import-file', class: 'hidden-text', accept: '.json,application/json', autofocus: true,
        'aria-describedby': 'import-safe',
        // So that the same file, mended, can be chosen once more.
        onclick: () => { input.value = ''; },
        onchange: () => fileTake(dialog, input.files[0]),
    });
    const name = element('p', { class: 'file-name' });
    const result = element('div', { class: 'import-result', 'aria-live': 'polite' });
    const area = element('div', { class: 'drop-area' },
        input, element('label', { for: input.id, class: 'file-button' }, icon('upload'), t('choose')),
        element('span', { class: 'drop-hint' }, t('drop')), name);
    const show = () => resultShow(dialog);
    const { node, form } = dialogOpen({
        title: t('title'),
        body: [element('p', { id: 'import-safe', class: 'detail' }, t('safe')), area, result],
        buttons: [{ text: t('replace'), kind: 'primary', run: () => documentReplace(dialog) }],
        onclose: () => keeper.removeEventListener('change', show),
    });
    // `file` is the one that was taken last, `read` what documentRead said of it.
    const dialog = { keeper, node, name, result, replace: form.querySelector('[type=submit]'), file: null, read: null };
    dialog.replace.disabled = true;
    keeper.addEventListener('change', show);
    dropsTake(dialog, area);
}

function dropsTake(dialog, area) {
    const mark = (isOver) => area.classList.toggle('over', isOver);
    dialog.node.addEventListener('dragover', (event) => {
        event.preventDefault();
        mark(true);
    });
    dialog.node.addEventListener('dragleave', (event) => mark(dialog.node.contains(event.relatedTarget)));
    dialog.node.addEventListener('drop', (event) => {
        event.preventDefault();
        mark(false);
        fileTake(dialog, event.dataTransfer.files[0]);
    });
}

async function fileTake(dialog, file) {
    if (!file)
        return;
    dialog.file = file;
    dialog.read = null;
    dialog.name.textContent = `${file.name} · ${sizeShown(file.size)}`;
    resultShow(dialog);
    const read = await fileRead(file);
    if (dialog.file !== file)
        return;
    dialog.read = read;
    resultShow(dialog);
}

async function fileRead(file) {
    const refused = (error) => ({ document: null, errors: [error], warnings: [] });
    if (isHuge(file.size))
        return refused(hugeText(file.size));
    try {
        return documentRead(new Uint8Array(await file.arrayBuffer()));
    } catch (error) {
        // What has become of it since it was chosen, or who may read it.
        if (!(error instanceof DOMException))
            throw error;
        return refused(t('unreadable'));
    }
}

function resultShow(dialog) {
    const { keeper, file, read } = dialog;
    const imported = read?.document ? importedOf(read.document, keeper.document) : null;
    const isNews = imported !== null && !same(imported, keeper.document);
    dialog.replace.disabled = !isNews;
    if (read === null) {
        dialog.result.replaceChildren(file === null ? '' : t('reading'));
        return;
    }
    const parts = [
        listNode(t('refused'), read.errors, 'errors'),
        imported === null ? null : isNews ? tableNode(keeper.document, imported) : element('p', {}, t('same')),
        imported === null ? null : listNode(t('odd'), read.warnings, 'warnings'),
    ];
    dialog.result.replaceChildren(...parts.filter((part) => part !== null));
}

// A file without task types would leave none to choose from.
function importedOf(document, current) {
    const hasTypes = Array.isArray(document.taskTypes) && document.taskTypes.length > 0;
    return hasTypes || !Array.isArray(current.taskTypes) ? document : { ...document, taskTypes: current.taskTypes };
}

function listNode(title, sentences, kind) {
    if (sentences.length === 0)
        return null;
    const left = sentences.length - shownMax;
    return element('section', { class: `import-${kind}` },
        element('h3', {}, icon('warning'), title),
        element('ul', {}, sentences.slice(0, shownMax).map((sentence) => element('li', {}, sentence)),
            left > 0 ? element('li', {}, t('more', left)) : null));
}

function tableNode(before, after) {
    const heads = ['now', 'after', 'added', 'changed', 'gone'];
    const rows = collections.map((name) => [name, changesOf(before[name], after[name])])
        .filter(([name, { now, after: then }]) => now + then > 0 || name === 'projects' || name === 'tasks');
    return element('table', { class: 'import-changes' },
        element('caption', {}, t('contents')),
        element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, t('what')),
            heads.map((head) => element('th', { scope: 'col' }, t(head))))),
        element('tbody', {}, rows.map(([name, changes]) => element('tr', {},
            element('th', { scope: 'row' }, collectionName(name)),
            heads.map((head) => countNode(head, changes[head]))))));
}

function countNode(head, count) {
    return element('td', { class: head, dataset: { count } }, String(count));
}

function changesOf(before, after) {
    const [old, young] = [before, after].map((list) => elementsKeyed(Array.isArray(list) ? list : []));
    const kept = [...young].filter(([key]) => old.has(key));
    return {
        now: old.size, after: young.size, added: young.size - kept.length, gone: old.size - kept.length,
        changed: kept.filter(([key, item]) => !same(old.get(key), item)).length,
    };
}

function documentReplace({ keeper, file, read }) {
    const imported = importedOf(read.document, keeper.document);
    const [projects, tasks] = [imported.projects, imported.tasks].map((list) => list?.length ?? 0);
    editTold(keeper, t('name', file.name), () => imported, t('done', file.name, projects, tasks));
}

function sizeShown(bytes) {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
    const step = Math.min(3, Math.max(0, Math.floor(Math.log10(bytes || 1) / 3)));
    const options = { style: 'unit', unit: units[step], maximumFractionDigits: 1 };
    return new Intl.NumberFormat(locale(), options).format(bytes / 1000 ** step);
}
