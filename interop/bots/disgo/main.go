// A disgo bot.
package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/disgoorg/disgo"
	"github.com/disgoorg/disgo/bot"
	"github.com/disgoorg/disgo/cache"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/events"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
)

// The library tells of an end for good in its log only.
type endings struct{}

func (endings) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("reconnect=false")) {
		fmt.Printf("STOPPED %s", line)
	} else {
		fmt.Printf("ERROR %s", line)
	}
	return len(line), nil
}

func check(step string, err error) {
	if err != nil {
		fmt.Printf("ERROR %s: %v\n", step, err)
	}
}

func main() {
	file, err := os.ReadFile(os.Getenv("GUILDHALL_TOKEN_FILE"))
	check("token", err)
	token := strings.TrimSpace(string(file))
	intents := gateway.IntentGuilds | gateway.IntentGuildMessages |
		gateway.IntentGuildMessageReactions | gateway.IntentMessageContent
	if os.Getenv("WALK_MEMBERS") != "" {
		intents |= gateway.IntentGuildMembers
	}
	compress := os.Getenv("WALK_COMPRESS") == "1"
	logger := slog.New(slog.NewTextHandler(endings{}, &slog.HandlerOptions{Level: slog.LevelError}))

	// docs: begin
	client, err := disgo.New(token,
		bot.WithRestClientConfigOpts(rest.WithURL(os.Getenv("GUILDHALL_API")+"/v10")),
		bot.WithGatewayConfigOpts(gateway.WithIntents(intents), gateway.WithCompress(compress)),
		bot.WithCacheConfigOpts(cache.WithCaches(cache.FlagChannels)),
		bot.WithLogger(logger),
	)
	// docs: end
	check("new", err)

	var last *discord.Message

	client.AddEventListeners(&events.ListenerAdapter{
		OnReady: func(event *events.Ready) { fmt.Printf("READY %s\n", event.User.ID) },
		OnGuildReady: func(event *events.GuildReady) {
			fmt.Printf("GUILD %s %s %d\n", event.GuildID, event.Guild.Name, client.Caches().ChannelCache().Len())
		},
		OnGuildMessageCreate: func(event *events.GuildMessageCreate) {
			message := event.Message
			if message.Author.ID == client.ID() {
				fmt.Printf("OWN %s\n", message.Content)
				return
			}
			fmt.Printf("MESSAGE %s\n", message.Content)
			channels := client.Rest()
			var err error
			switch message.Content {
			case "!reply":
				last, err = channels.CreateMessage(event.ChannelID, discord.NewMessageCreateBuilder().
					SetContent("pong").SetMessageReferenceByID(message.ID).Build())
			case "!edit":
				_, err = channels.UpdateMessage(event.ChannelID, last.ID, discord.NewMessageUpdateBuilder().
					SetContent("pong, edited").Build())
			case "!delete":
				err = channels.DeleteMessage(event.ChannelID, last.ID)
			case "!react":
				err = channels.AddReaction(event.ChannelID, message.ID, "👍")
			case "!history":
				var found []discord.Message
				found, err = channels.GetMessages(event.ChannelID, 0, 0, 0, 2)
				if len(found) == 2 {
					fmt.Printf("HISTORY %s %s\n", found[0].ID, found[1].ID)
				}
			case "!members":
				// It waits for events, which wait for this listener.
				go func() {
					found, err := client.MemberChunkingManager().RequestMembersWithQuery(event.GuildID, "", 0)
					check("members", err)
					fmt.Printf("MEMBERS %d\n", len(found))
				}()
			case "!thread":
				var thread *discord.GuildThread
				thread, err = channels.CreateThreadFromMessage(event.ChannelID, message.ID,
					discord.ThreadCreateFromMessage{Name: "walk"})
				if err == nil {
					_, err = channels.CreateMessage(thread.ID(), discord.NewMessageCreateBuilder().
						SetContent("in the thread").Build())
				}
			case "!command":
				_, err = channels.CreateGuildCommand(client.ApplicationID(), event.GuildID,
					discord.SlashCommandCreate{Name: "walk", Description: "answers later"})
				fmt.Println("COMMAND walk")
			}
			check(message.Content, err)
		},
		OnGuildMessageUpdate: func(event *events.GuildMessageUpdate) {
			fmt.Printf("EDITED %s\n", event.Message.Content)
		},
		OnGuildMessageDelete: func(event *events.GuildMessageDelete) { fmt.Printf("DELETED %s\n", event.MessageID) },
		OnGuildMessageReactionAdd: func(event *events.GuildMessageReactionAdd) {
			fmt.Printf("REACTION %s %s\n", event.Emoji.Reaction(), event.UserID)
		},
		OnThreadCreate: func(event *events.ThreadCreate) {
			fmt.Printf("THREAD %s %s\n", event.ThreadID, event.Thread.Name())
		},
		OnApplicationCommandInteraction: func(event *events.ApplicationCommandInteractionCreate) {
			check("defer", event.DeferCreateMessage(false))
			_, err := client.Rest().UpdateInteractionResponse(event.ApplicationID(), event.Token(),
				discord.NewMessageUpdateBuilder().SetContent("walked").Build())
			check("answer", err)
		},
	})
	check("open", client.OpenGateway(context.Background()))
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	<-stop
}
