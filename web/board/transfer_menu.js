// The menu in the page's head: what brings a plan in, and what takes it out.

import { tasksCsv } from './csv.js';
import { dayText, today } from './dates.js';
import { element } from './dom.js';
import { importDialog } from './import_dialog.js';
import { texts } from './language.js';
import { menuButton } from './menu.js';
import { isPlanEmpty } from './plan.js';
import { printWatch, sheetPrint } from './print_sheet.js';
import { sampleLoad } from './sample.js';

const t = texts({
    more: ['更多', 'More'],
    importJson: ['导入 JSON…', 'Import JSON…'],
    exportJson: ['导出 JSON', 'Export JSON'],
    exportCsv: ['导出全部任务（CSV）', 'Export all tasks as CSV'],
    print: ['打印 / PDF', 'Print / PDF'],
    sample: ['载入示例', 'Load sample'],
});

export function transferMenu(keeper) {
    printWatch(keeper);
    return menuButton({ icon: 'more', label: t('more'), class: 'quiet' }, () => items(keeper));
}

function items(keeper) {
    const isDisabled = keeper.document === null;
    const all = [
        { icon: 'upload', text: t('importJson'), run: () => importDialog(keeper), isDisabled },
        { icon: 'download', text: t('exportJson'), run: () => jsonExport(keeper), isDisabled },
        { icon: 'download', text: t('exportCsv'), run: () => csvExport(keeper), isDisabled },
        { icon: 'print', text: t('print'), run: sheetPrint, isDisabled },
    ];
    if (!isDisabled && isPlanEmpty(keeper.document))
        all.push({ icon: 'add', text: t('sample'), run: () => sampleLoad(keeper) });
    return all;
}

function jsonExport(keeper) {
    fileDownload('schedule', 'json', 'application/json', `${JSON.stringify(keeper.document, null, 2)}\n`);
}

function csvExport(keeper) {
    fileDownload('schedule-tasks', 'csv', 'text/csv;charset=utf-8', tasksCsv(keeper.document));
}

// As "schedule-2026-01-31.json".
function fileDownload(name, extension, type, text) {
    const href = URL.createObjectURL(new Blob([text], { type }));
    element('a', { href, download: `${name}-${dayText(today())}.${extension}` }).click();
    // Some browsers read it only after they have asked the person where to.
    setTimeout(() => URL.revokeObjectURL(href), 60000);
}
