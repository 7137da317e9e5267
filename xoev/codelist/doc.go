// Package codelist handles the codes of German public administration: the
// code data type of XÖV messages (XÖV-Code 1.0, namespace
// http://xoev.de/schemata/code/1_0).
package codelist
