/**
 * Given names, without accents, that are common in many languages and, with a capitalised word behind them, hardly
 * anything else. Names that are words of English too (Will, Mark, Art, Chase) are not here, but for those that few
 * sentences of a program hold.
 */
const GIVEN_NAMES: ReadonlySet<string> = new Set(
  `Aaron Abdul Abigail Ada Adam Adrian Agnes Ahmad Ahmed Aisha Alan Albert Alberto Alejandro Alessandro Alex Alexander Alexandra
  Alexei Alfred Ali Alice Alina Allison Amanda Amelia Amina Amir Amy Ana Anastasia Andrea Andreas Andrei Andrew Andrzej Angela
  Anita Anna Anne Annie Anthony Antoine Anton Antonio Arjun Arthur Astrid Aya Barbara Beatrice Benjamin Bernard Bernd Bettina
  Bjorn Bjarne Bob Boris Brandon Brenda Brian Brigitte Bruno Bryan Camila Carla Carlos Carmen Carol Caroline Catherine Cecilia
  Charles Charlotte Chen Chiara Chloe Chris Christina Christine Christoph Christopher Claire Clara Claudia Clement Cynthia
  Dana Daniel Daniela Daniele Danielle David Deborah Denis Dennis Diana Diego Dieter Dimitri Dirk Dmitri Dmitry Dominik Donald
  Dorothy Edgar Edsger Eduardo Edward Elena Eleni Elias Elif Elisa Elizabeth Ella Ellen Emily Emma Emmanuel Enrique Eric Erik
  Ernst Esther Ethan Eugene Eva Evelyn Fabian Farah Fatima Federico Felix Fernanda Fernando Florian Frances Francesca Francesco
  Francisco Francois Franz Fred Frederik Friedrich Gabriel Gabriela Gary George Georgios Gerald Gerhard Giorgio Giovanni Giulia
  Giuseppe Gloria Goran Grace Gregory Guido Guillaume Gustav Hanna Hannah Hans Harold Harry Hassan Heather Heidi Heinrich Helen
  Helena Henri Henrik Henry Hiroshi Hugo Ibrahim Igor Ilya Ines Ingrid Irene Irina Isaac Isabel Isabella Ivan Jack Jacob Jacqueline
  Jakob James Jan Jana Jane Janet Jason Javier Jean Jeffrey Jennifer Jens Jeremy Jerry Jessica Jesus Jim Joan Joanna Johan Johann
  Johannes John Jonas Jonathan Jorge Jose Josef Joseph Joshua Joyce Juan Judith Julia Julian Julie Jurgen Justin Kamal Karen Karin
  Karl Katarina Katharina Katherine Kathleen Katja Kei Keith Ken Kenji Kenneth Kevin Khalid Kim Klaus Kristin Kumar Kurt Kyle Lars
  Laura Lauren Laurent Lea Leila Lena Leo Leon Leonardo Leonie Li Lina Linda Linus Lisa Liu Lorenzo Louis Louise Luc Luca Lucas
  Lucia Lucy Luis Luisa Lukas Luke Madison Magnus Malik Manuel Marc Marcel Marco Marcos Margaret Maria Marie Marina Mario Marion
  Markus Marta Martha Martin Martina Mary Mateo Matteo Matthew Matthias Maximilian Megan Mehmet Mei Melanie Melissa Michael Michel
  Michelle Miguel Mikhail Mila Mina Mohamed Mohammed Monica Monika Morgan Mustafa Nadia Nancy Naomi Natalia Natalie Nathan Nicholas
  Nicola Nicolas Nicole Niels Nikola Nils Nina Noah Nora Oleg Olga Oliver Olivia Omar Oscar Otto Pablo Pamela Patricia Patrick Paul
  Paula Pavel Pedro Peter Petra Philip Philipp Philippe Pierre Pietro Piotr Priya Rachel Radia Rafael Rahul Rainer Rajesh Ralph
  Ramesh Ravi Raymond Rebecca Reinhard Renate Ricardo Richard Rita Robert Roberta Roberto Robin Rodrigo Roger Roland Ronald
  Rosa Ruben Rudolf Russell Ruth Ryan Sabine Salma Sam Samantha Samuel Sandra Sanjay Sara Sarah Scott Sean Sebastian Sergei Sergey
  Sergio Sharon Shirley Silvia Simon Simone Sofia Sophia Sophie Stefan Stefanie Stefano Stella Stephan Stephanie Stephen Steve
  Steven Sunil Susan Susanne Svetlana Sven Sylvia Tamara Tanja Tanya Tatiana Teresa Theodore Theresa Thomas Tim Timothy Tobias
  Tomas Tomasz Tony Tyler Ursula Uwe Valentina Valeria Vanessa Vera Veronica Victor Victoria Viktor Vincent Vladimir
  Walter Wang Wei Werner William Wolfgang Xavier Yan Yasmin Yolanda Yuki Yuri Yusuf Yvonne Zainab Zhang Zoe`.split(
    /\s+/,
  ),
);

/** Whether a word is one of them, with its accents or without. */
export const isGivenName = (word: string): boolean =>
  GIVEN_NAMES.has(word) || (ACCENTED.test(word) && GIVEN_NAMES.has(word.normalize("NFD").replace(/\p{M}/gu, "")));

const ACCENTED = /[\u00c0-\u024f]/;
